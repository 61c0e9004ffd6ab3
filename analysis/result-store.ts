import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Discovered } from "./discover.js";
import type { Dependencies, FileAnswer, Question, QuestionKind } from "./file-questions.js";
import { readOnlyFiles, type SourceFiles, stampOf } from "./typescript/source-files.js";

/** One line of the stored file. */
interface Page {
  engine: string;
  questions: [question: Question, answer: string, stamp: string | null][];
  /** Numbers of questions that were asked together. */
  groups: number[][];
  /** By test: the numbers of its groups, and the result. */
  results: Record<string, { groups: number[]; found: Discovered }>;
}

/** At this many pages, the whole file is rewritten. */
const mostPages = 20;

/**
 * Results of reading code, kept on disk from one run to the next. A result is valid while the file system gives the same
 * answers to all questions that led to it. A run adds a page with its new results. Unreadable pages and pages of another
 * engine are ignored.
 */
export class ResultStore {
  readonly #file: string;
  readonly #engine: string;
  readonly #host: SourceFiles;
  /** By test: the page of its latest result. */
  readonly #stored = new Map<string, OpenPage>();
  readonly #pages: number;
  readonly #fresh = new Map<string, { asked: Dependencies; found: Discovered }>();
  readonly #reused = new Set<string>();

  /** @param engine identifies everything except the source that a result depends on */
  constructor(file: string, engine: string, folders: readonly string[]) {
    this.#file = file;
    this.#engine = engine;
    this.#host = readOnlyFiles(folders);
    const { pages, isWhole } = readPages(file);
    const own = pages.filter((page) => page.engine === engine);
    for (const page of own) {
      const open = new OpenPage(page, this.#host);
      for (const test of Object.keys(page.results)) this.#stored.set(test, open);
    }
    this.#pages = isWhole && own.length === pages.length ? pages.length : Infinity;
  }

  get(test: string): Discovered | undefined {
    const found = this.#stored.get(test)?.find(test);
    if (found !== undefined) this.#reused.add(test);
    return found;
  }

  put(test: string, asked: Dependencies, found: Discovered): void {
    this.#fresh.set(test, { asked, found });
  }

  /** Writes the new results of this run. @param answers to all questions of these results */
  save(answers: ReadonlyMap<Question, FileAnswer>): void {
    if (this.#fresh.size === 0) return;
    const page = new PageWriter(this.#engine);
    for (const [test, { asked, found }] of this.#fresh)
      page.add(test, found, [{ questions: asked.questions, parts: new Set<Dependencies>() }, ...asked.parts], (part) =>
        [...allOf(part)].map((question) => [question, answers.get(question)!.answer, answers.get(question)!.stamp]),
      );
    // Rewriting the whole file drops results that this run did not use.
    const isAddition = this.#pages < mostPages && this.#fresh.size * 2 < this.#stored.size;
    if (!isAddition) for (const test of this.#reused) this.#stored.get(test)!.copyTo(page, test);
    writePage(this.#file, page.page, isAddition);
  }
}

/** A page of an earlier run. */
class OpenPage {
  readonly #page: Page;
  readonly #host: SourceFiles;
  readonly #valid = new Map<number, boolean>();
  readonly #validGroups = new Map<number, boolean>();

  constructor(page: Page, host: SourceFiles) {
    this.#page = page;
    this.#host = host;
  }

  /** The result of a test, if it is still valid. */
  find(test: string): Discovered | undefined {
    const { groups, found } = this.#page.results[test]!;
    return groups.every((number) => this.#isGroupValid(number)) ? found : undefined;
  }

  copyTo(page: PageWriter, test: string): void {
    const { groups, found } = this.#page.results[test]!;
    const parts = groups.map((number) => this.#page.groups[number]!);
    page.add(test, found, parts, (group) => group.map((number) => this.#page.questions[number]!));
  }

  #isGroupValid(number: number): boolean {
    let isValid = this.#validGroups.get(number);
    if (isValid === undefined) {
      isValid = this.#page.groups[number]?.every((question) => this.#isValid(question)) === true;
      this.#validGroups.set(number, isValid);
    }
    return isValid;
  }

  #isValid(number: number): boolean {
    let isValid = this.#valid.get(number);
    if (isValid === undefined) this.#valid.set(number, (isValid = this.#check(this.#page.questions[number])));
    return isValid;
  }

  #check(known: Page["questions"][number] | undefined): boolean {
    if (known === undefined) return false;
    const [question, answer, stamp] = known;
    const { kind, path } = partsOf(question);
    return (stamp !== null && stamp === stampOf(path)) || answer === askAgain(this.#host, kind, path);
  }
}

function askAgain(host: SourceFiles, kind: QuestionKind, path: string): string {
  switch (kind) {
    case "file":
      return String(host.fileExistsSync(path));
    case "folder":
      return String(host.directoryExistsSync(path));
    case "real":
      return host.realpathSync(path);
    case "size":
      return String(host.sizeOf(path));
    case "text":
      return host.digestOf(path);
    case "names":
      return host.namesIn(path);
  }
}

function partsOf(question: Question): { kind: QuestionKind; path: string } {
  const space = question.indexOf(" ");
  return { kind: question.slice(0, space) as QuestionKind, path: question.slice(space + 1) };
}

/** Builds a page, and numbers its groups and questions. */
class PageWriter {
  readonly page: Page;
  readonly #groups = new Map<object, number>();
  readonly #questions = new Map<Question, number>();

  constructor(engine: string) {
    this.page = { engine, questions: [], groups: [], results: {} };
  }

  /** @param parts what the result depends on. `questionsOf` is called once for each of them */
  add<P extends object>(
    test: string,
    found: Discovered,
    parts: readonly P[],
    questionsOf: (part: P) => Page["questions"],
  ): void {
    const groups = parts.map((part) => {
      let number = this.#groups.get(part);
      if (number === undefined) {
        this.#groups.set(part, (number = this.page.groups.length));
        this.page.groups.push(questionsOf(part).map((question) => this.#numberOf(question)));
      }
      return number;
    });
    this.page.results[test] = { groups, found };
  }

  #numberOf(question: Page["questions"][number]): number {
    let number = this.#questions.get(question[0]);
    if (number === undefined) {
      this.#questions.set(question[0], (number = this.page.questions.length));
      this.page.questions.push(question);
    }
    return number;
  }
}

function allOf({ questions, parts }: Dependencies, into = new Set<Question>()): Set<Question> {
  for (const question of questions) into.add(question);
  for (const part of parts) allOf(part, into);
  return into;
}

/** The readable pages of a file, and whether the file has no other ones. */
function readPages(file: string): { pages: Page[]; isWhole: boolean } {
  let text;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return { pages: [], isWhole: false };
  }
  const lines = text.split("\n").filter((line) => line !== "");
  const pages = lines.flatMap((line) => {
    const content = line.slice(line.indexOf(" ") + 1);
    return line === lineOf(content) ? [JSON.parse(content) as Page] : [];
  });
  return { pages, isWhole: pages.length === lines.length };
}

/** Writes a page. A failure is ignored, because it only costs time in the next run. */
function writePage(file: string, page: Page, isAddition: boolean): void {
  const line = lineOf(JSON.stringify(page));
  const draft = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    // The line break first: an interrupted run may have left an incomplete line.
    if (isAddition) return appendFileSync(file, `\n${line}\n`, { mode: 0o600 });
    writeFileSync(draft, `${line}\n`, { mode: 0o600 });
    renameSync(draft, file);
  } catch {
    // The home folder may be read-only, or the disk full.
  }
}

function lineOf(content: string): string {
  return `${checksumOf(content)} ${content}`;
}

function checksumOf(text: string): string {
  return createHash("sha1").update(text).digest("base64url");
}

/** The file with the results of a source. */
export function storeOf(folder: string, cache: string): string {
  return join(cache, "analysis", `${createHash("sha256").update(folder).digest("hex").slice(0, 24)}.json`);
}
