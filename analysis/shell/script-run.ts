import type { Declaration, Site } from "../flow/declaration.js";
import { followShifts } from "./argument-loop.js";
import { Commands } from "./commands.js";
import type { Context, Script, ScriptHost } from "./script.js";
import { commentsOf, ShellFunction } from "./shell-function.js";
import { quoted, setItem, withoutKey } from "./assigned-values.js";
import { Output } from "./output.js";
import { childrenOf, deepestSyntax, each, lineOf, type ShellNode, type ShellWord } from "./shell-nodes.js";
import { inSource, relativeFolder } from "./started-program.js";
import { bindInput, matchesCase, readingCommands } from "./standard-input.js";
import { type Fields, Variables } from "./variables.js";
import { defaultsIn, fieldsOf } from "./word-text.js";

/** Nodes whose commands run only sometimes, or several times. */
const uncertain = new Set(["If", "While", "For", "Case", "AndOr", "ArithmeticFor", "Select"]);
/** Builtins that make a variable local to the function that contains them. */
const declaring = new Set(["local", "declare", "typeset"]);

/** At most this many turns of a loop are read on their own. */
const mostTurns = 12;

/** One script, while it is read. */
export class ScriptRun {
  readonly #host: ScriptHost;
  readonly #script: Script;
  readonly #commands: Commands;
  readonly #output: Output;
  /** Functions of this script, by their position. */
  readonly #declared = new Map<number, ShellFunction>();

  constructor(host: ScriptHost, script: Script) {
    this.#host = host;
    this.#script = script;
    this.#commands = new Commands(host, script);
    this.#output = new Output(host, script);
  }

  #site(node: ShellNode): Site {
    return { file: this.#script.file, line: lineOf(this.#script.lines, node.pos) };
  }

  /** Declares all functions before any call. */
  hoist(node: ShellNode): void {
    const { text, lines, file, functions } = this.#script;
    each(node, (inner) => {
      if (inner.type !== "Function") return;
      const name = (inner["name"] as ShellWord).text;
      const declaration: Declaration = { ...this.#site(inner), name, ...commentsOf(inner, text, lines, file) };
      const body = inner["body"] as ShellNode;
      const own = new ShellFunction(this.#host.program, declaration, body, text.slice(inner.pos, inner.end), {
        read: (args, folder, variables, isCertain) =>
          this.visit(body, { from: declaration, folder, depth: 0, variables, args, isCertain }),
      });
      functions.set(name, own);
      this.#declared.set(inner.pos, own);
    });
  }

  visit(node: ShellNode, context: Context): Context {
    if (context.depth > deepestSyntax || context.isOver === true) return context;
    const isCertain = context.isCertain && !uncertain.has(node.type);
    const inner = { ...context, depth: context.depth + 1, isCertain };
    const { depth } = context;
    const after = (): Pick<Context, "depth" | "isCertain"> => ({ depth, isCertain: context.isCertain });
    switch (node.type) {
      case "Function": {
        // The last definition counts. It may replace a function of a sourced file.
        const own = this.#declared.get(node.pos);
        if (own !== undefined) this.#script.functions.set(own.declaration.name, own);
        return context;
      }
      case "Command":
        return { ...this.#command(node, inner), ...after() };
      case "Subshell":
        this.#children(node, { ...inner, variables: new Variables(inner.variables, true) });
        return context;
      case "Redirected": {
        const input = this.#output.inputOf(node["redirects"] as ShellNode[], context) ?? context.input;
        return { ...this.#children(node, { ...inner, input }), ...after(), input: context.input };
      }
      case "Pipeline":
        return { ...this.#pipeline(node, inner), ...after(), input: context.input };
      case "Case":
        return { ...this.#case(node, { ...inner, isCertain: context.isCertain }), ...after() };
      case "For":
        return { ...this.#loop(node, inner), ...after() };
      case "While":
        return { ...followShifts(inner, (turn) => this.#children(node, turn)), ...after() };
      default:
        return { ...this.#children(node, inner), ...after() };
    }
  }

  #children(node: ShellNode, context: Context): Context {
    let current = context;
    for (const child of childrenOf(node)) current = this.visit(child, current);
    return current;
  }

  /** Each command reads the output of the one before it. */
  #pipeline(node: ShellNode, context: Context): Context {
    let current = context;
    let { input } = context;
    for (const command of node["commands"] as ShellNode[]) {
      current = this.visit(command, { ...current, input });
      input = this.#output.printed(command, { ...context, input });
    }
    return current;
  }

  /** Visits the branches that a known word can match, or all branches for an unknown word. */
  #case(node: ShellNode, context: Context): Context {
    const items = node["items"] as { pattern: ShellWord[]; body?: ShellNode }[];
    const word = node["word"] as ShellWord;
    const values = fieldsOf([quoted(word)], this.#output.environment(context));
    const texts = values.map((fields) => fields.join(" "));
    const isKnown = values.every((fields) => !fields.includes(undefined));
    const chosen = new Set<(typeof items)[number]>();
    for (const text of isKnown ? texts : [undefined])
      for (const item of items) {
        const matches = item.pattern.map((each) => (text === undefined ? undefined : matchesCase(each.text, text)));
        if (matches.every((each) => each === false)) continue;
        chosen.add(item);
        if (matches.includes(true)) break;
      }
    const isCertain = context.isCertain && chosen.size === 1 && texts.length === 1 && isKnown;
    let current: Context = context;
    for (const { body } of chosen) if (body !== undefined) current = this.visit(body, { ...current, isCertain });
    return current;
  }

  /** The variable of a loop has all the values of its list. If the body changes its folder, each turn is read on its own. */
  #loop(node: ShellNode, context: Context): Context {
    const name = (node["name"] as ShellWord | undefined)?.text ?? "";
    const values = this.#valuesOfLoop(node, context);
    const isOneByOne = /\b(?:cd|pushd|source)\b|(?:^|[\s;&|({])\.\s/m.test(this.#script.text.slice(node.pos, node.end));
    const isKnown = values.length > 1 && values.length <= mostTurns && values.every(([text]) => text !== undefined);
    let current = context;
    for (const turn of isOneByOne && isKnown ? values.map((each) => [each]) : [values]) {
      context.variables.set(name, turn, true);
      current = this.#children(node, current);
    }
    return current;
  }

  #valuesOfLoop(node: ShellNode, context: Context): Fields[] {
    const words = (node["wordlist"] as ShellWord[] | undefined) ?? [];
    const lists =
      words.length === 0 ? [context.args ?? [undefined]] : fieldsOf(words, this.#output.environment(context));
    return lists.flat().flatMap((text): Fields[] => this.#matches(text, context).map((each) => [each]));
  }

  /** The files that match a pattern, relative to the folder where the script runs. Other texts are unchanged. */
  #matches(text: string | undefined, { folder }: Context): (string | undefined)[] {
    if (text === undefined || !/[*?[]/.test(text)) return [text];
    const found = this.#host.expand(inSource(folder, text));
    return found.length === 0 ? [undefined] : found.map((file) => relativeFolder(folder, file));
  }

  #command(node: ShellNode, context: Context): Context {
    const suffix = (node["suffix"] as ShellNode[] | undefined) ?? [];
    const name = node["name"] as ShellWord | undefined;
    const assignments = [...((node["prefix"] as ShellNode[] | undefined) ?? []), ...suffix].filter(
      ({ type }) => type === "Assignment",
    );
    const isReference = (suffix as ShellWord[]).some(({ text }) => /^-\w*n/.test(text ?? ""));
    // `A=1 command` sets the variable only for this command.
    const ofCommand = new Variables(context.variables);
    for (const assignment of assignments) {
      const isBehind = suffix.includes(assignment);
      if (name === undefined || isBehind) this.#assign(assignment, name?.text ?? "", context, isReference);
      else {
        const own = (assignment as unknown as { name?: string }).name ?? "";
        ofCommand.declare(own);
        ofCommand.export(own);
        this.#assign(assignment, "", { ...context, variables: ofCommand });
      }
      this.#substitutions(assignment, context);
    }
    if (name?.text === "export")
      for (const word of suffix as (ShellWord & { name?: string })[])
        context.variables.export(word.type === "Assignment" ? (word.name ?? "") : word.text);
    if (declaring.has(name?.text ?? ""))
      for (const { type, text } of suffix as ShellWord[]) if (type === "Word") context.variables.declare(text);
    const words = [name, ...suffix.filter(({ type }) => type === "Word")].filter(
      (word) => word !== undefined && word !== null,
    ) as ShellWord[];
    const redirects = suffix.filter(({ type }) => type !== "Word" && type !== "Assignment");
    for (const word of [...words, ...redirects]) this.#substitutions(word, context);
    for (const word of words)
      for (const { name: own, text } of defaultsIn(word))
        if (context.variables.get(own) === undefined) context.variables.set(own, [[text]], true);
    if (words.length === 0) return context;
    const input = this.#output.inputOf(redirects, context) ?? context.input;
    const [args = []] = readingCommands.test(words[0]!.text)
      ? fieldsOf(words.slice(1), this.#output.environment(context))
      : [];
    bindInput(words[0]!.text, args, { ...context, input }, ofCommand.get("IFS")?.[0]?.[0] ?? "");
    const how = { exported: ofCommand.exported(), input, inputFile: this.#output.fileOf(redirects, context) };
    let after = context;
    for (const fields of fieldsOf(words, this.#output.environment(context)))
      after = this.#commands.run(fields, words[0]!.text, this.#site(node), context, how);
    return after;
  }

  #assign(assignment: ShellNode, command: string, context: Context, isReference = false): void {
    const { name, value, text } = assignment as unknown as { name?: string; value?: ShellWord; text: string };
    if (name === undefined || value === undefined) return;
    const { variables, isCertain } = context;
    if (declaring.has(command)) variables.declare(name);
    if (declaring.has(command) && isReference) {
      const [target] = fieldsOf([quoted(value)], this.#output.environment(context))[0] ?? [];
      return target === undefined ? undefined : variables.alias(name, target);
    }
    const key = (assignment["index"] as ShellWord | undefined)?.text;
    if (key !== undefined)
      return setItem(variables, name, key, fieldsOf([quoted(value)], this.#output.environment(context)));
    const elements = (value as unknown as { elements?: ShellWord[] }).elements;
    for (const each of elements ?? []) {
      const [, own, rest] = /^\[([^\]$`]*)\]=(.*)$/s.exec(each.value ?? each.text) ?? [];
      if (own !== undefined) setItem(variables, name, own, [[/[$`]/.test(rest!) ? undefined : rest]]);
    }
    const values = fieldsOf(elements?.map(withoutKey) ?? [quoted(value)], this.#output.environment(context));
    const known = values.filter((fields) => !fields.includes(undefined));
    if (text.startsWith(`${name}+=`)) variables.append(name, values, isCertain);
    // An unknown value does not replace known ones.
    else if (known.length > 0) variables.set(name, known, isCertain && known.length === values.length);
  }

  /** Visits the command substitutions within words, because they run too. */
  #substitutions(node: ShellNode, context: Context): void {
    each(node, (inner) => {
      if (!/^(?:(?:Arithmetic)?CommandExpansion|(?:Process|Command)Substitution)$/.test(inner.type)) return;
      const script = (inner["script"] ?? inner["body"] ?? inner["command"]) as ShellNode | undefined;
      if (script !== undefined) this.visit(script, { ...context, variables: new Variables(context.variables, true) });
    });
  }
}
