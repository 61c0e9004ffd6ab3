import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Discovered } from "./discover.js";
import type { FileAnswer, Question, QuestionKind } from "./file-questions.js";
import { readOnlyFiles, type SourceFiles, stampOf } from "./typescript/source-files.js";

interface Stored {
  engine: string;
  questions: [question: Question, answer: string, stamp: string | null][];
  /** By test: the numbers of its questions, and the result. */
  results: Record<string, { asked: number[]; found: Discovered }>;
}

/**
 * Results of reading code, kept on disk from one run to the next. A result counts while all that reading it asked of the
 * file system has the same answers. A store of another engine, or one that cannot be read, is empty.
 */
export class ResultStore {
  readonly #file: string;
  readonly #engine: string;
  readonly #host: SourceFiles;
  readonly #stored: Stored;
  readonly #valid = new Map<number, boolean>();
  readonly #fresh = new Map<string, { asked: ReadonlySet<Question>; found: Discovered }>();
  readonly #reused = new Set<string>();

  /** @param engine names everything besides the source that a result depends on */
  constructor(file: string, engine: string, folders: readonly string[]) {
    this.#file = file;
    this.#engine = engine;
    this.#host = readOnlyFiles(folders);
    const stored = readStore(file);
    this.#stored = stored?.engine === engine ? stored : { engine, questions: [], results: {} };
  }

  get(test: string): Discovered | undefined {
    const result = Object.hasOwn(this.#stored.results, test) ? this.#stored.results[test] : undefined;
    if (result === undefined || !result.asked.every((number) => this.#isValid(number))) return undefined;
    this.#reused.add(test);
    return result.found;
  }

  put(test: string, asked: ReadonlySet<Question>, found: Discovered): void {
    this.#fresh.set(test, { asked, found });
  }

  /** Writes what was used or found in this run. @param answers to all questions of fresh results */
  save(answers: ReadonlyMap<Question, FileAnswer>): void {
    if (this.#fresh.size === 0 && this.#reused.size === Object.keys(this.#stored.results).length) return;
    const [numbers, questions]: [Map<Question, number>, Stored["questions"]] = [new Map(), []];
    const numberOf = (question: Question, { answer, stamp }: FileAnswer) => {
      let number = numbers.get(question);
      if (number === undefined) {
        numbers.set(question, (number = questions.length));
        questions.push([question, answer, stamp]);
      }
      return number;
    };
    const results: Stored["results"] = {};
    for (const [test, { asked, found }] of this.#fresh)
      results[test] = {
        asked: [...asked].map((question) => numberOf(question, answers.get(question)!)),
        found,
      };
    for (const test of this.#reused) {
      const { asked, found } = this.#stored.results[test]!;
      results[test] = {
        asked: asked.map((number) => {
          const [question, answer, stamp] = this.#stored.questions[number]!;
          return numberOf(question, { answer, stamp });
        }),
        found,
      };
    }
    writeStore(this.#file, { engine: this.#engine, questions, results });
  }

  #isValid(number: number): boolean {
    let isValid = this.#valid.get(number);
    if (isValid === undefined) this.#valid.set(number, (isValid = this.#check(this.#stored.questions[number])));
    return isValid;
  }

  #check(known: Stored["questions"][number] | undefined): boolean {
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

function readStore(file: string): Stored | undefined {
  try {
    const { checksum, content } = JSON.parse(readFileSync(file, "utf8")) as { checksum: string; content: string };
    return checksum === checksumOf(content) ? (JSON.parse(content) as Stored) : undefined;
  } catch {
    return undefined;
  }
}

/** A store that cannot be written costs time in the next run, and nothing else. */
function writeStore(file: string, stored: Stored): void {
  const content = JSON.stringify(stored);
  const draft = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(draft, JSON.stringify({ checksum: checksumOf(content), content }), { mode: 0o600 });
    renameSync(draft, file);
  } catch {
    // Read-only home, full disk.
  }
}

function checksumOf(text: string): string {
  return createHash("sha1").update(text).digest("base64url");
}

/** Where the results of a source are kept. */
export function storeOf(folder: string, cache: string): string {
  return join(cache, "analysis", `${createHash("sha256").update(folder).digest("hex").slice(0, 24)}.json`);
}
