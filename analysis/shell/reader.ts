import { basename } from "node:path";
import { parse } from "unbash";
import type { Evidence } from "../flow/conclude.js";
import type { Program } from "../flow/program.js";
import type { Declaration, Site } from "../flow/values.js";
import { headAnnotations } from "./comments.js";
import { ScriptRun } from "./script-run.js";
import { type ShellNode, lineStarts } from "./shell-nodes.js";
import type { Context, ScriptHost, Surroundings } from "./script.js";
import { batsHooks, type StartedProgram } from "./started-program.js";
import { longestFileBytes, type TextFiles, tooLarge, type Unreadable } from "../unreadable.js";

/** Runs of scripts, each with its own folder and arguments. */
const mostRuns = 2_000;

/** The files of a source, and the patterns that mean several. */
export interface ShellFiles extends TextFiles {
  expand(pattern: string): string[];
}

/** Reads scripts and command lines: what they source, which functions they call, and which programs they start. */
export class ShellReader implements ScriptHost {
  readonly program: Program;
  readonly #source: ShellFiles;
  readonly #files = new Map<string, Declaration>();
  readonly #onStart: (started: StartedProgram) => void;
  readonly evidence: Evidence[] = [];
  readonly unreadable: Unreadable[] = [];

  constructor(program: Program, source: ShellFiles, onStart: (started: StartedProgram) => void) {
    this.program = program;
    this.#source = source;
    this.#onStart = onStart;
  }

  /** @param surroundings where the script runs; `args` are its arguments @returns whether it could be read */
  enter(file: string, surroundings: Surroundings, at: Site): boolean {
    const { folder, from, args } = surroundings;
    const key = JSON.stringify([file, folder, args ?? null]);
    const known = this.#files.get(key);
    if (known !== undefined) {
      this.program.reach(from, known, "", at);
      return true;
    }
    const text = this.#source.read(file);
    if (text === null || this.#files.size > mostRuns) return false;
    const declaration: Declaration = {
      file,
      line: 1,
      name: basename(file),
      requires: headAnnotations(text, file),
      provides: [],
    };
    this.#files.set(key, declaration);
    this.program.reach(from, declaration, "", at);
    // The library uses only what every system has.
    this.text(text, file, { ...surroundings, from: declaration, countsCommands: !file.startsWith("library:") });
    return true;
  }

  text(
    text: string,
    file: string,
    { functions, countsCommands, tests, ...surroundings }: Surroundings & { countsCommands: boolean },
  ): void {
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
    const context: Context = { ...surroundings, depth: 0, isCertain: true };
    run.hoist(script);
    run.visit(script, context);
    if (!isBats) return;
    const selected = titles.flatMap((title, index) => (tests?.test(title) === false ? [] : [`bats_test_${index + 1}`]));
    const called = [...batsHooks, ...selected].filter((name) => functions.has(name));
    run.visit(parse(called.join("\n")) as unknown as ShellNode, context);
  }

  has(file: string): boolean {
    return this.#source.read(file) !== null;
  }

  expand(pattern: string): string[] {
    return this.#source.expand(pattern);
  }

  start(started: StartedProgram): void {
    this.#onStart(started);
  }
}
