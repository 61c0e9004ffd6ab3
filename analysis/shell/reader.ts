import { basename } from "node:path";
import { parse } from "unbash";
import type { Evidence } from "../flow/conclude.js";
import type { Program } from "../flow/program.js";
import type { Declaration, Site } from "../flow/declaration.js";
import { headAnnotations } from "./comments.js";
import { ScriptRun } from "./script-run.js";
import { type ShellNode, lineStarts } from "./shell-nodes.js";
import type { Context, ScriptHost, ShellFunctions, ScriptContext } from "./script.js";
import { batsHooks, batsSuiteHooks, type StartedProgram } from "./started-program.js";
import { longestFileBytes, type TextFiles, tooLarge, type Unreadable } from "../unreadable.js";

/** At most this many runs of scripts are followed. */
const mostRuns = 2_000;
/** Scripts that source or run each other are followed to this depth. */
const deepestNesting = 40;
/** At most this many commands of one test are read. */
const mostCommands = 50_000;

/** The files of a source, by path or by pattern. */
export interface ShellFiles extends TextFiles {
  expand(pattern: string): string[];
}

/** Reads scripts and command lines: what they source, which functions they call, and which programs they start. */
export class ShellReader implements ScriptHost {
  readonly program: Program;
  readonly #source: ShellFiles;
  readonly #files = new Map<string, Declaration>();
  /** The scripts that each shell has run or sourced. */
  readonly #entered = new Map<ShellFunctions, Map<string, Declaration>>();
  /** The one key for all scripts that run in their own shell. */
  readonly #fresh: ShellFunctions = new Map();
  #runs = 0;
  #nesting = 0;
  #commands = 0;
  readonly #onStart: (started: StartedProgram) => void;
  readonly evidence: Evidence[] = [];
  readonly unreadable: Unreadable[] = [];

  constructor(program: Program, source: ShellFiles, onStart: (started: StartedProgram) => void) {
    this.program = program;
    this.#source = source;
    this.#onStart = onStart;
  }

  /**
   * Runs a script in its own shell, or in the shell that sources it. A sourced script adds its functions to that shell.
   * @param surroundings where the script runs; `args` are its arguments
   * @param isSourced whether it runs in the shell of `surroundings`
   * @returns whether it could be read
   */
  enter(file: string, surroundings: ScriptContext, at: Site, isSourced = false): boolean {
    const { folder, from, args, functions, variables } = surroundings;
    // Scripts in their own shells share nothing.
    const shell = isSourced ? functions : this.#fresh;
    const known = this.#entered.get(shell) ?? new Map<string, Declaration>();
    this.#entered.set(shell, known);
    const key = JSON.stringify([file, folder, args ?? null, variables.own()]);
    const entered = known.get(key);
    if (entered !== undefined) {
      this.program.reach(from, entered, "", at);
      return true;
    }
    const text = this.#source.read(file);
    if (text === null || this.#runs++ > mostRuns || this.#nesting > deepestNesting) return false;
    const declaration = this.#declarationOf(file, text);
    known.set(key, declaration);
    this.program.reach(from, declaration, "", at);
    // The library uses only commands that every system has.
    this.text(text, file, { ...surroundings, from: declaration, countsCommands: !file.startsWith("library:") });
    return true;
  }

  #declarationOf(file: string, text: string): Declaration {
    let declaration = this.#files.get(file);
    if (declaration === undefined) {
      declaration = { file, line: 1, name: basename(file), requires: headAnnotations(text, file), provides: [] };
      this.#files.set(file, declaration);
    }
    return declaration;
  }

  text(
    text: string,
    file: string,
    { functions, countsCommands, tests, ...surroundings }: ScriptContext & { countsCommands: boolean },
  ): void {
    if (this.#nesting > deepestNesting || this.exceedsCommandLimit()) return;
    if (text.length > longestFileBytes) {
      this.unreadable.push({ file, reason: tooLarge(text.length) });
      return;
    }
    const titles: string[] = [];
    const isBats = file.endsWith(".bats");
    const code = isBats
      ? text.replaceAll(
          /^[ \t]*@test[ \t]+("[^"\n]*"|'[^'\n]*'|\S+)[ \t]*\{/gm,
          (_all, title: string) => `bats_test_${titles.push(title.replace(/^["']|["']$/g, ""))}() {`,
        )
      : text;
    const script = parse(code) as unknown as ShellNode;
    const run = new ScriptRun(this, {
      text: code,
      file,
      lines: lineStarts(code),
      functions,
      countsCommands,
      changesPath: /\bPATH=/.test(text),
    });
    const context: Context = { ...surroundings, depth: 0 };
    this.#nesting++;
    run.hoist(script);
    run.visit(script, context);
    this.#nesting--;
    const isSuite = basename(file) === "setup_suite.bash";
    if (!isBats && !isSuite) return;
    const selected = titles.flatMap((title, index) => (tests?.test(title) === false ? [] : [`bats_test_${index + 1}`]));
    const called = [...(isSuite ? batsSuiteHooks : batsHooks), ...selected].filter((name) => functions.has(name));
    run.visit(parse(called.join("\n")) as unknown as ShellNode, context);
  }

  has(file: string): boolean {
    return this.#source.read(file) !== null;
  }

  textOf(file: string): string | null {
    return this.#source.read(file);
  }

  expand(pattern: string): string[] {
    return this.#source.expand(pattern);
  }

  exceedsCommandLimit(): boolean {
    return ++this.#commands > mostCommands;
  }

  start(started: StartedProgram): void {
    this.#onStart(started);
  }
}
