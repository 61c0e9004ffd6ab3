import { changedFolders, evidenceOf, foldersOf, type KnownServices, nothingKnown, programsOf } from "./evidence.js";
import type { ExternalCall } from "./flow/call-records.js";
import { collectFindings, type Findings } from "./flow/conclude.js";
import { Program } from "./flow/program.js";
import { type CodeToRead, MissingCodeError } from "./code-to-read.js";
import type { Declaration, Site } from "./flow/declaration.js";
import type { PythonReader } from "./python/read.js";
import { nothingRead, runsTests } from "./runners/names.js";
import { entriesOf, entriesOfCode } from "./runners/entries.js";
import type { Entry } from "./runners/entry.js";
import { ShellReader } from "./shell/reader.js";
import type { StartedProgram } from "./shell/started-program.js";
import { type Fields, Variables } from "./shell/variables.js";
import { OpenSource } from "./open-source.js";
import type { Unreadable } from "./unreadable.js";
import type { TypescriptReader } from "./typescript/read.js";

/** What a test's code requires, as far as the code can be read. */
export interface Discovered extends Findings {
  /** Why no code was read at all; null if some was. */
  unread: string | null;
}

const deepestCommands = 20;
const mostPrograms = 1_000;

/**
 * Reads the code of a test: TypeScript, JavaScript, Python and shell, as the command runs it.
 * @param source the root folder of the source, absolute or relative to the working folder; or an opened source, which can be
 * read for several tests
 * @throws MissingCodeError if a file in `code` is not there
 */
export async function discover(
  source: string | OpenSource,
  { code, command, path, mayInstallPrograms = false }: CodeToRead,
  known: KnownServices = nothingKnown,
): Promise<Discovered> {
  const opened = typeof source === "string" ? new OpenSource(source) : source;
  const root: Declaration = { file: "", line: 0, name: "", requires: [], provides: [] };
  const reading = new Reading(opened, root);
  if (code === null) await reading.command(command, path, root);
  else {
    const { entries, missing } = entriesOfCode(opened.view, code, path);
    if (missing.length > 0) throw new MissingCodeError(`code: ${missing.join(", ")} is not a file of the source`);
    for (const entry of entries) await reading.enter(entry, root, { file: "holdfast.yaml", line: 1 });
  }
  return reading.end(known, command, mayInstallPrograms);
}

/** One test, while its code is read. */
class Reading {
  readonly #source: OpenSource;
  readonly #root: Declaration;
  /** One program per language, because values do not flow between languages. */
  readonly #programs = { shell: new Program(), typescript: new Program(), python: new Program() };
  readonly #shell: ShellReader;
  readonly #started: StartedProgram[] = [];
  #typescript: TypescriptReader | undefined;
  readonly #typescriptRuns: { entry: Extract<Entry, { language: "typescript" }>; from: Declaration }[] = [];
  #python: PythonReader | undefined;
  readonly #unreadable: Unreadable[] = [];
  /** Programs that run tests, of which no code was found. */
  readonly #unread: Program["notes"] = [];
  #filesRead = 0;
  #depth = 0;
  #toolRuns = 0;
  readonly #commands = new Set<string>();
  readonly #followed = new Set<ExternalCall>();

  constructor(source: OpenSource, root: Declaration) {
    this.#source = source;
    this.#root = root;
    this.#shell = new ShellReader(this.#programs.shell, source.view, (started) => void this.#started.push(started));
  }

  /** The context of a shell that has just started. */
  #atStart(from: Declaration, folder: string, exported: ReadonlyMap<string, readonly Fields[]> = new Map()) {
    const variables = new Variables();
    for (const [name, values] of exported) {
      variables.set(name, values, true);
      variables.export(name);
    }
    variables.set("HOLDFAST_LIBRARY", [["library:shell"]], true);
    return { from, folder, variables, args: [], functions: new Map(), countsCommands: false, isCertain: true };
  }

  async command(text: string, folder: string, from: Declaration): Promise<void> {
    this.#shell.text(text, "the command", this.#atStart(from, folder));
    await this.#followStarted();
  }

  /** Reads the programs that commands start, until no new ones appear. */
  async #followStarted(): Promise<void> {
    if (this.#depth > deepestCommands) return;
    this.#depth++;
    for (let batch = this.#started.splice(0); batch.length > 0; batch = this.#started.splice(0))
      for (const next of batch) await this.#enterStarted(next);
    this.#depth--;
  }

  async #enterStarted(next: StartedProgram): Promise<void> {
    const entries = entriesOf(this.#source.view, next) ?? [];
    // Other programs, such as `npm ci`, mostly run no code of the source.
    if (entries.length === 0 && runsTests(next.name))
      this.#unread.push({
        reason: nothingRead([next.name, ...next.args].join(" ")),
        at: next.at,
        from: next.from,
      });
    for (const entry of entries) await this.enter(entry, next.from, next.at, next.folder, next.exported);
  }

  async enter(
    entry: Entry,
    from: Declaration,
    at: Site,
    folder = "",
    exported: ReadonlyMap<string, readonly Fields[]> = new Map(),
  ): Promise<void> {
    switch (entry.language) {
      case "command": {
        // The same commands in the same place have the same effect, so they are read once.
        const key = JSON.stringify([entry.text, entry.folder, entry.file, [...exported]]);
        if (this.#commands.has(key) || ++this.#toolRuns > mostPrograms) return;
        this.#commands.add(key);
        if (entry.countsCommands === true) this.#filesRead++;
        this.#shell.text(entry.text, entry.file, {
          ...this.#atStart(from, entry.folder, exported),
          countsCommands: entry.countsCommands === true,
        });
        return this.#followStarted();
      }
      case "program":
        // The limit also stops at a program that starts itself again and again.
        if (++this.#toolRuns > mostPrograms) return;
        for (const next of entriesOf(this.#source.view, entry) ?? [])
          await this.enter(next, from, at, entry.folder, exported);
        return;
      case "shell":
        this.#filesRead++;
        this.#noteProblem(entry.file);
        this.#shell.enter(
          entry.file,
          {
            ...this.#atStart(from, folder, exported),
            args: entry.args ?? [],
            ...(entry.tests && { tests: entry.tests }),
          },
          at,
        );
        return this.#followStarted();
      case "typescript":
        this.#filesRead++;
        // A file may run with several selections of tests. All of them must be known before it is read.
        this.#typescriptRuns.push({ entry, from });
        return;
      case "python": {
        this.#filesRead++;
        this.#noteProblem(entry.file);
        const { PythonReader } = await import("./python/read.js");
        this.#python ??= await PythonReader.open(this.#programs.python, this.#source.pythonFiles, this.#root);
        const place = { folder, variables: exported };
        if (entry.mode === "tests") this.#python.pytestRun.enterTests(entry.file, from, at, place, entry.selection);
        else this.#python.pytestRun.enterScript(entry.file, from, at, place, entry.mode === "module");
      }
    }
  }

  /** Records that a file of the test cannot be read, because such a file may require anything. */
  #noteProblem(file: string): void {
    const reason = this.#source.view.problemOf(file);
    if (reason !== undefined) this.#unreadable.push({ file, reason });
  }

  async #runTypescript(): Promise<void> {
    const runs = this.#typescriptRuns.splice(0);
    if (runs.length === 0) return;
    if (this.#typescript === undefined) {
      const { TypescriptReader } = await import("./typescript/read.js");
      const { view, questions } = this.#source;
      const files = await this.#source.codeFiles();
      this.#typescript = new TypescriptReader(this.#programs.typescript, view.folder, this.#root, files, questions);
    }
    for (const { entry } of runs) this.#typescript.select(entry.file, entry.selection);
    for (const { entry, from } of runs) this.#typescript.enter(entry.file, from, entry.exported);
  }

  /** Reads the programs that the source's code starts and that belong to the source. @returns whether there were new calls */
  async #followCalls(): Promise<boolean> {
    const calls = Object.values(this.#programs).flatMap(({ externalCalls }) => externalCalls);
    const changed = changedFolders(calls);
    let hasNews = false;
    for (const call of calls) {
      if (this.#followed.has(call)) continue;
      this.#followed.add(call);
      for (const [name, ...args] of programsOf(call)) {
        if (name === undefined) continue;
        for (const folder of foldersOf(call, changed)) {
          const { from, at } = call;
          const line = args.length === 0 && /\s/.test(name);
          hasNews = true;
          if (line) this.#shell.text(name, "the command", this.#atStart(from, folder));
          else this.#started.push({ name, args, folder, from, at, countsCommands: false });
        }
      }
    }
    await this.#followStarted();
    return hasNews;
  }

  async end(known: KnownServices, command: string, mayInstallPrograms: boolean): Promise<Discovered> {
    const programs = Object.values(this.#programs);
    const drain = () => programs.forEach(({ queue }) => queue.drain());
    for (let round = 0; round < 20; round++) {
      await this.#runTypescript();
      drain();
      await this.#typescript?.settle();
      const hasTypes = this.#python?.functions.applyTypes() === true;
      if (!(await this.#followCalls()) && !hasTypes && this.#typescriptRuns.length === 0) break;
    }
    drain();
    const notes = programs.some(({ queue }) => queue.isExhausted)
      ? [{ file: "", line: 0, reason: "there is too much code to follow all of it; `code:` can name less" }]
      : [];
    const functions = { ...known.functions, ...this.#source.functions };
    const evidence = [
      ...programs.flatMap((program) => evidenceOf(program, { ...known, functions })),
      ...this.#shell.evidence,
    ].filter(({ requirement }) => !(mayInstallPrograms && requirement.startsWith("command:")));
    // If nothing was read at all, `unread` says it.
    if (this.#filesRead > 0) this.#programs.shell.notes.push(...this.#unread);
    const findings = collectFindings(programs, this.#root, evidence);
    const unreadable = [
      ...this.#unreadable,
      ...[this.#typescript, this.#python, this.#shell].flatMap((reader) => reader?.unreadable ?? []),
    ];
    return {
      requirements: findings.requirements,
      notUnderstood: [
        ...notes,
        ...unreadable.map(({ file, reason }) => ({ file, line: 1, reason })),
        ...findings.notUnderstood,
      ],
      unread: this.#filesRead > 0 ? null : nothingRead(command),
    };
  }
}
