import { basename, dirname, join } from "node:path";
import type { Declaration, Site } from "../flow/declaration.js";
import { Commands } from "./commands.js";
import type { Context, Script, ScriptHost } from "./script.js";
import { commentsOf, ShellFunction } from "./shell-function.js";
import { childrenOf, deepestNesting, each, lineOf, type ShellNode, type ShellWord } from "./shell-nodes.js";
import { inSource, relativeFolder } from "./started-program.js";
import { type Fields, Variables } from "./variables.js";
import { defaultsIn, type Environment, fieldsOf } from "./word-text.js";

/** What runs only sometimes, or several times. */
const uncertain = new Set(["If", "While", "For", "Case", "AndOr", "ArithmeticFor", "Select"]);
/** Builtins that give a variable to the function in which they stand. */
const declaring = new Set(["local", "declare", "typeset"]);

/** One script, while it is read. */
export class ScriptRun {
  readonly #host: ScriptHost;
  readonly #script: Script;
  readonly #commands: Commands;
  /** Functions of this script, by where they stand. */
  readonly #declared = new Map<number, ShellFunction>();

  constructor(host: ScriptHost, script: Script) {
    this.#host = host;
    this.#script = script;
    this.#commands = new Commands(host, script);
  }

  #site(node: ShellNode): Site {
    return { file: this.#script.file, line: lineOf(this.#script.lines, node.pos) };
  }

  /** Functions are known before they are called. */
  hoist(node: ShellNode): void {
    const { text, lines, file, functions } = this.#script;
    each(node, (inner) => {
      if (inner.type !== "Function") return;
      const name = (inner["name"] as ShellWord).text;
      const requires = commentsOf(inner, text, lines, file);
      const declaration: Declaration = { ...this.#site(inner), name, requires, provides: [] };
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
    if (context.depth > deepestNesting || context.isOver === true) return context;
    const isCertain = context.isCertain && !uncertain.has(node.type);
    const inner = { ...context, depth: context.depth + 1, isCertain };
    const { depth } = context;
    const after = (): Pick<Context, "depth" | "isCertain"> => ({ depth, isCertain: context.isCertain });
    switch (node.type) {
      case "Function": {
        // The last definition counts: it may replace one of a sourced file.
        const own = this.#declared.get(node.pos);
        if (own !== undefined) this.#script.functions.set(own.declaration.name, own);
        return context;
      }
      case "Command":
        return { ...this.#command(node, inner), ...after() };
      case "Subshell":
        this.#children(node, { ...inner, variables: new Variables(inner.variables, true) });
        return context;
      case "For":
        this.#bindLoop(node, inner);
        return { ...this.#children(node, inner), ...after() };
      default:
        return { ...this.#children(node, inner), ...after() };
    }
  }

  #children(node: ShellNode, context: Context): Context {
    let current = context;
    for (const child of childrenOf(node)) current = this.visit(child, current);
    return current;
  }

  /** The variable of a loop has all the values of its list. */
  #bindLoop(node: ShellNode, context: Context): void {
    const name = (node["name"] as ShellWord | undefined)?.text;
    const words = (node["wordlist"] as ShellWord[] | undefined) ?? [];
    if (name === undefined) return;
    const lists = words.length === 0 ? [context.args ?? [undefined]] : fieldsOf(words, this.#environment(context));
    const values = lists.flat().flatMap((text): Fields[] => this.#matches(text, context).map((each) => [each]));
    context.variables.set(name, values, true);
  }

  /** The files that a pattern means, from the folder where the script runs; other texts as they are. */
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
    // `A=1 command` sets it for the command alone.
    const ofCommand = new Variables(context.variables);
    for (const assignment of assignments) {
      const isBehind = suffix.includes(assignment);
      if (name === undefined || isBehind) this.#assign(assignment, name?.text ?? "", context);
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
    const how = { exported: ofCommand.exported(), input: this.#inputOf(redirects, context) };
    let after = context;
    for (const fields of fieldsOf(words, this.#environment(context)))
      after = this.#commands.run(fields, words[0]!.text, this.#site(node), context, how);
    return after;
  }

  /** The text of `<<EOF` or `<<<`, as far as it is known. */
  #inputOf(redirects: readonly ShellNode[], context: Context): string | undefined {
    for (const redirect of redirects.toReversed()) {
      if (redirect.type === "HereDoc") return (redirect["body"] as ShellWord | undefined)?.text;
      if (redirect.type === "HereString")
        return fieldsOf([redirect["target"] as ShellWord], this.#environment(context))[0]?.[0];
    }
    return undefined;
  }

  #assign(assignment: ShellNode, command: string, context: Context): void {
    const { name, value, text } = assignment as unknown as { name?: string; value?: ShellWord; text: string };
    if (name === undefined || value === undefined) return;
    const { variables, isCertain } = context;
    if (declaring.has(command)) variables.declare(name);
    const elements = (value as unknown as { elements?: ShellWord[] }).elements;
    const values = fieldsOf(elements ?? [quoted(value)], this.#environment(context));
    const known = values.filter((fields) => !fields.includes(undefined));
    if (text.startsWith(`${name}+=`)) variables.append(name, values, isCertain);
    // What is not known takes nothing away from what is.
    else if (known.length > 0) variables.set(name, known, isCertain && known.length === values.length);
  }

  /** Command substitutions within words run too. */
  #substitutions(node: ShellNode, context: Context): void {
    each(node, (inner) => {
      if (!/^(CommandExpansion|ArithmeticCommandExpansion|ProcessSubstitution|CommandSubstitution)$/.test(inner.type))
        return;
      const script = (inner["script"] ?? inner["body"] ?? inner["command"]) as ShellNode | undefined;
      if (script !== undefined) this.visit(script, { ...context, variables: new Variables(context.variables, true) });
    });
  }

  #environment({ folder, variables, args }: Context): Environment {
    const { file } = this.#script;
    const here = relativeFolder(folder, dirname(file));
    return { variables, args, here, script: join(here, basename(file)), root: relativeFolder(folder, "") };
  }
}

/** A value that is assigned is not split into fields. */
function quoted(word: ShellWord): ShellWord {
  if (word.parts === undefined) return word;
  return { ...word, parts: [{ type: "DoubleQuoted", pos: word.pos, end: word.end, parts: word.parts }] };
}
