import { dirname } from "node:path";
import type { Annotation, Declaration, Site } from "../flow/values.js";
import { isShellBuiltin } from "./builtins.js";
import { commentAnnotations, looksFor } from "./comments.js";
import { type ShellNode, type ShellWord, childrenOf, deepestNesting, each, lineOf } from "./shell-nodes.js";
import {
  batsRunners,
  inSource,
  relativeFolder,
  wrappedCommand,
  type ScriptHost,
  type ShellFunction,
} from "./started-program.js";
import type { Context, Script } from "./script.js";
import { constantText } from "./word-text.js";

/** One script, while it is read. */
export class ScriptRun {
  readonly #reader: ScriptHost;
  readonly #script: Script;
  /** Programs, and whether the script looks if they are there. */
  readonly #asked = new Map<string, boolean>();
  /** Functions of this script, by where they stand. */
  readonly #declared = new Map<number, ShellFunction>();
  /** Whether a file was sourced that is not known: then any word may be a function of it. */
  #sourcesUnknown = false;
  readonly #visited = new Set<Declaration>();
  readonly #variables = new Map<string, string>([["HOLDFAST_LIBRARY", "library:shell"]]);

  constructor(reader: ScriptHost, script: Script) {
    this.#reader = reader;
    this.#script = script;
  }

  #site(node: ShellNode): Site {
    return { file: this.#script.file, line: lineOf(this.#script.lines, node.pos) };
  }

  /** Functions are known before they are called. */
  hoist(node: ShellNode): void {
    each(node, (inner) => {
      if (inner.type !== "Function") return;
      const name = (inner["name"] as ShellWord).text;
      const site = this.#site(inner);
      const declaration: Declaration = { ...site, name, requires: this.#commentsBefore(inner), provides: [] };
      const own = {
        declaration,
        enter: (folder: string) => this.#enterFunction(declaration, inner["body"] as ShellNode, folder),
      };
      this.#script.functions.set(name, own);
      this.#declared.set(inner.pos, own);
    });
  }

  /** `# requires:` on the lines before a function, and on the first ones in it. */
  #commentsBefore(node: ShellNode): Annotation[] {
    const { text, lines, file } = this.#script;
    const first = lineOf(lines, node.pos);
    const found: Annotation[] = [];
    const all = text.split("\n");
    for (let line = first - 1; line >= 1 && /^\s*#/.test(all[line - 1] ?? ""); line--)
      found.push(...commentAnnotations(all[line - 1]!, file, line));
    const last = lineOf(lines, node.end);
    for (let line = first; line <= last; line++) {
      const content = all[line - 1] ?? "";
      if (content.includes("#")) found.push(...commentAnnotations(content.slice(content.indexOf("#")), file, line));
    }
    return found;
  }

  visit(node: ShellNode, context: Context): Context {
    if (context.depth > deepestNesting) return context;
    const inner = { ...context, depth: context.depth + 1 };
    switch (node.type) {
      case "Function": {
        // The last definition counts: it may replace one of a sourced file.
        const own = this.#declared.get(node.pos);
        if (own !== undefined) this.#script.functions.set(own.declaration.name, own);
        return context;
      }
      case "Command":
        return { ...this.#command(node, inner), depth: context.depth };
      case "Subshell":
        this.#children(node, inner);
        return context;
      default:
        return { ...this.#children(node, inner), depth: context.depth };
    }
  }

  #children(node: ShellNode, context: Context): Context {
    let current = context;
    for (const child of childrenOf(node)) current = this.visit(child, current);
    return current;
  }

  #command(node: ShellNode, context: Context): Context {
    const prefix = (node["prefix"] as ShellNode[] | undefined) ?? [];
    // `export A=1` and `readonly A=1` have theirs behind the name.
    const behind = ((node["suffix"] as ShellNode[] | undefined) ?? []).filter(({ type }) => type === "Assignment");
    for (const assignment of [...prefix, ...behind]) {
      const { name, value } = assignment as unknown as { name?: string; value?: ShellWord };
      const lasts = node["name"] === undefined || behind.includes(assignment);
      if (name !== undefined && lasts && value !== undefined) {
        const text = this.#constant(value, context);
        if (text !== undefined) this.#variables.set(name, text);
      }
      this.#substitutions(assignment, context);
    }
    const words = [node["name"], ...((node["suffix"] as ShellWord[] | undefined) ?? [])].filter(
      (word) => word !== undefined && word !== null,
    ) as ShellWord[];
    for (const word of [...words, ...((node["redirects"] as ShellNode[] | undefined) ?? [])])
      this.#substitutions(word, context);
    const [first, ...rest] = words.map((word) => this.#constant(word, context));
    if (first === undefined) {
      if (words.length > 0 && this.#script.countsCommands)
        this.#reader.program.notes.push({
          reason: `it is not known which command ${words[0]!.text.slice(0, 80)} is`,
          at: this.#site(node),
          from: context.from,
        });
      return context;
    }
    return this.#run(first, rest, node, context);
  }

  #run(name: string, args: (string | undefined)[], node: ShellNode, context: Context): Context {
    const { functions, countsCommands, changesPath } = this.#script;
    const at = this.#site(node);
    const { from, folder } = context;
    const declared = functions.get(name);
    if (declared !== undefined) {
      this.#reader.program.reach(from, declared.declaration, name, at);
      declared.enter(folder);
      return context;
    }
    if (name === "cd" || name === "pushd") {
      const target = args[0];
      return target === undefined || target.startsWith("/") || target.startsWith("~")
        ? context
        : { ...context, folder: inSource(folder, target) };
    }
    if (name === "." || name === "source" || (name === "load" && this.#script.file.endsWith(".bats"))) {
      const file = name === "load" && args[0] !== undefined ? this.#helper(args[0]) : args[0];
      if (file !== undefined) this.#source(file, context, at);
      else {
        this.#sourcesUnknown = true;
        this.#reader.program.notes.push({ reason: "it is not known which file is sourced", at, from });
      }
      return context;
    }
    // Commands that run another one.
    const isOfBats = this.#script.file.endsWith(".bats") && batsRunners.has(name);
    const wrapped = isOfBats
      ? name === "run"
        ? args.filter((arg) => arg === undefined || !/^(-\d+|!|--.*)$/.test(arg))
        : []
      : wrappedCommand(name, args);
    if (wrapped !== undefined) {
      if (!isOfBats && !isShellBuiltin(name) && countsCommands) this.#require(name, context, at);
      const [next, ...rest] = wrapped;
      return next === undefined ? context : this.#run(next, rest, node, context);
    }
    if (name === "eval") {
      const [code] = args;
      if (args.length === 1 && code !== undefined)
        this.#reader.text(code, this.#script.file, folder, from, functions, countsCommands);
      else if (countsCommands)
        this.#reader.program.notes.push({ reason: "eval runs what is not known here", at, from });
      return context;
    }
    if (name === "trap" && args[0] !== undefined) {
      this.#reader.text(args[0], this.#script.file, folder, from, functions, countsCommands);
      return context;
    }
    if (isShellBuiltin(name)) return context;
    this.#reader.start({ name, args, folder, from, at });
    if (countsCommands && !name.includes("/") && !changesPath) this.#require(name, context, at);
    return context;
  }

  #require(name: string, { from }: Context, at: Site): void {
    if (/^[\w.+-]+$/.test(name) && !this.#looksFor(name) && !this.#sourcesUnknown)
      this.#reader.evidence.push({ requirement: `command:${name}`, name, from, at });
  }

  #looksFor(name: string): boolean {
    let isAsked = this.#asked.get(name);
    if (isAsked === undefined) this.#asked.set(name, (isAsked = looksFor(this.#script.text, name)));
    return isAsked;
  }

  #enterFunction(declaration: Declaration, body: ShellNode, folder: string): void {
    if (this.#visited.has(declaration)) return;
    this.#visited.add(declaration);
    this.visit(body, { from: declaration, folder, depth: 0 });
  }

  #source(file: string, context: Context, at: Site): void {
    const here = dirname(this.#script.file);
    for (const path of [inSource(context.folder, file), inSource(here, file)])
      if (this.#reader.enter(path, context.folder, context.from, at, this.#script.functions)) return;
    if (!file.startsWith("/"))
      this.#reader.program.notes.push({ reason: `${file} is not a file of the source`, at, from: context.from });
  }

  /** The file that `load` of bats loads: it is in the folder of the test, and its ending may be left out. */
  #helper(name: string): string {
    const here = dirname(this.#script.file);
    return [name, `${name}.bash`, `${name}.sh`].find((each) => this.#reader.has(inSource(here, each))) ?? name;
  }

  /** Command substitutions within words run too. */
  #substitutions(node: ShellNode, context: Context): void {
    each(node, (inner) => {
      if (
        inner.type !== "CommandExpansion" &&
        inner.type !== "ProcessSubstitution" &&
        inner.type !== "CommandSubstitution"
      )
        return;
      const script = (inner["script"] ?? inner["body"] ?? inner["command"]) as ShellNode | undefined;
      if (script !== undefined) this.visit(script, context);
    });
  }

  #constant(word: ShellWord, { folder }: Context): string | undefined {
    return constantText(word, this.#variables, relativeFolder(folder, dirname(this.#script.file)));
  }
}
