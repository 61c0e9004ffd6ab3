import { basename } from "node:path";
import { parse } from "unbash";
import type { Evidence } from "../flow/conclude.js";
import type { Program } from "../flow/program.js";
import type { Declaration, Site } from "../flow/values.js";
import { headAnnotations } from "./comments.js";
import { ScriptRun } from "./script-run.js";
import { type ShellNode, lineStarts } from "./shell-nodes.js";
import { type ScriptHost, type ShellFunctions, type StartedProgram, batsHooks } from "./started-program.js";
import { longestFileBytes, type TextFiles, tooLarge, type Unreadable } from "../unreadable.js";

/** Reads scripts and command lines: what they source, which functions they call, and which programs they start. */
export class ShellReader implements ScriptHost {
  readonly program: Program;
  readonly #source: TextFiles;
  readonly #files = new Map<string, Declaration>();
  readonly #onStart: (started: StartedProgram) => void;
  readonly evidence: Evidence[] = [];
  readonly unreadable: Unreadable[] = [];

  constructor(program: Program, source: TextFiles, onStart: (started: StartedProgram) => void) {
    this.program = program;
    this.#source = source;
    this.#onStart = onStart;
  }

  /** Runs a script. @param folder where it runs @returns whether it could be read */
  enter(file: string, folder: string, from: Declaration, at: Site, functions: ShellFunctions = new Map()): boolean {
    const known = this.#files.get(`${file}\n${folder}`);
    if (known !== undefined) {
      this.program.reach(from, known, "", at);
      return true;
    }
    const text = this.#source.read(file);
    if (text === null) return false;
    const declaration: Declaration = {
      file,
      line: 1,
      name: basename(file),
      requires: headAnnotations(text, file),
      provides: [],
    };
    this.#files.set(`${file}\n${folder}`, declaration);
    this.program.reach(from, declaration, "", at);
    // The library uses only what every system has.
    this.text(text, file, folder, declaration, functions, !file.startsWith("library:"));
    return true;
  }

  /** @param countsCommands whether programs that it starts are requirements */
  text(
    text: string,
    file: string,
    folder: string,
    from: Declaration,
    functions: ShellFunctions,
    countsCommands: boolean,
  ): void {
    if (text.length > longestFileBytes) {
      this.unreadable.push({ file, reason: tooLarge(text.length) });
      return;
    }
    const isBats = file.endsWith(".bats");
    let tests = 0;
    const code = isBats
      ? text.replaceAll(/^[ \t]*@test[ \t]+("[^"\n]*"|'[^'\n]*'|\S+)[ \t]*\{/gm, () => `bats_test_${++tests}() {`)
      : text;
    const script = parse(code) as unknown as ShellNode;
    const lines = lineStarts(code);
    const run = new ScriptRun(this, {
      text: code,
      file,
      lines,
      functions,
      countsCommands,
      changesPath: /\bPATH=/.test(text),
    });
    run.hoist(script);
    run.visit(script, { from, folder, depth: 0 });
    if (!isBats) return;
    const called = [...batsHooks, ...Array.from({ length: tests }, (_, index) => `bats_test_${index + 1}`)];
    run.visit(parse(called.filter((name) => functions.has(name)).join("\n")) as unknown as ShellNode, {
      from,
      folder,
      depth: 0,
    });
  }

  has(file: string): boolean {
    return this.#source.read(file) !== null;
  }

  start(started: StartedProgram): void {
    this.#onStart(started);
  }
}
