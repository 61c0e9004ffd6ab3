import type { CodeToRead, Discovered } from "./discover.js";
import { type KnownServices, nothingKnown } from "./evidence.js";
import {
  type Answer,
  type Question,
  ReaderLostError,
  ReaderProcess,
  type ReadLimits,
  ReadLimitError,
} from "./reader-process.js";

/** The code of a test cannot be read for requirements; the message says where and why. */
export class UnreadableCodeError extends Error {
  override name = "UnreadableCodeError";
}

/** Nearly every question is answered within this. */
export const quickLimits: ReadLimits = { cpuMs: 3_000, wallMs: 15_000, heapMib: 512 };
/** What is not answered here is refused. */
export const thoroughLimits: ReadLimits = { cpuMs: 60_000, wallMs: 300_000, heapMib: 1_024 };
const readersPerLane = 2;
const slowFoldersKnown = 1_000;
/** A question whose reader was ended from outside is asked again this often. */
const retriesAfterLoss = 2;

/**
 * Reads code in processes of its own, so that no source can stop the caller.
 * There are two lanes. Each question first goes to the quick lane, with a small limit. What exceeds that is asked again in
 * the thorough lane, at low priority, like all further questions on the same source. Sources take turns. So a question
 * waits for others only for seconds, whatever their code is like and however many there are.
 */
export class Analyst {
  readonly #quick: Lane;
  readonly #thorough: Lane;
  /** Folders with code that exceeded the quick lane: what else is in them need not try that. */
  readonly #slow = new Set<string>();

  constructor(quick: ReadLimits = quickLimits, thorough: ReadLimits = thoroughLimits) {
    this.#quick = new Lane(quick, false);
    this.#thorough = new Lane(thorough, true);
  }

  /** Unpacks a packed source (a gzipped tar) into a folder. @throws UnreadableCodeError */
  async unpack(file: string, folder: string): Promise<void> {
    await this.#ask({ kind: "unpack", file, folder });
  }

  /** As `discover`. @throws UnreadableCodeError for whatever is wrong with this code */
  async find(
    folder: string,
    code: CodeToRead,
    known: KnownServices = nothingKnown,
    stop?: AbortSignal,
  ): Promise<Discovered> {
    const answer = await this.#ask({ kind: "find", folder, code, known }, stop);
    if (!("found" in answer)) throw new TypeError("the reader gave no findings");
    return answer.found;
  }

  async #ask(
    question: Question,
    stop?: AbortSignal,
  ): Promise<Exclude<Answer, { refusal: string } | { trouble: string }>> {
    const answer = this.#slow.has(question.folder)
      ? await this.#askThoroughly(question, stop)
      : await this.#quick.ask(question, stop).catch((error: unknown) => {
          if (!(error instanceof ReadLimitError)) throw error;
          if (this.#slow.size >= slowFoldersKnown) this.#slow.clear();
          this.#slow.add(question.folder);
          return this.#askThoroughly(question, stop);
        });
    if ("found" in answer || "unpacked" in answer) return answer;
    if ("trouble" in answer) throw new ReaderLostError(answer.trouble);
    throw new UnreadableCodeError(answer.refusal);
  }

  async #askThoroughly(question: Question, stop: AbortSignal | undefined): Promise<Answer> {
    return this.#thorough.ask(question, stop).catch((error: unknown) => {
      if (!(error instanceof ReadLimitError)) throw error;
      // A machine that is too busy to read it says nothing of the code.
      if (error.limit === "wall") throw new ReaderLostError(error.message, { cause: error });
      throw new UnreadableCodeError(error.message, { cause: error });
    });
  }
}

/** A few readers with the same limits, and a queue for each source. */
class Lane {
  readonly #limits: ReadLimits;
  readonly #isBackground: boolean;
  readonly #idle: ReaderProcess[] = [];
  /** By source, in the order of their turns. A source has one reader at a time. */
  readonly #waiting = new Map<string, (() => void)[]>();
  readonly #busy = new Set<string>();

  constructor(limits: ReadLimits, isBackground: boolean) {
    this.#limits = limits;
    this.#isBackground = isBackground;
  }

  /** @param stop ends the reading @throws ReadLimitError, ReaderLostError, the reason of `stop` */
  async ask(question: Question, stop?: AbortSignal): Promise<Answer> {
    const { folder } = question;
    if (!this.#isFree(folder))
      await new Promise<void>((resolve) => this.#waiting.set(folder, [...(this.#waiting.get(folder) ?? []), resolve]));
    else this.#busy.add(folder);
    try {
      for (let losses = 0; ; losses++) {
        stop?.throwIfAborted();
        try {
          return await this.#askOnce(question, stop);
        } catch (error) {
          stop?.throwIfAborted();
          if (!(error instanceof ReaderLostError) || losses === retriesAfterLoss) throw error;
        }
      }
    } finally {
      this.#busy.delete(folder);
      this.#passOn();
    }
  }

  #isFree(folder: string): boolean {
    return this.#busy.size < readersPerLane && !this.#busy.has(folder);
  }

  /** Gives free readers to those who wait longest for their turn. */
  #passOn(): void {
    for (const [folder, [next, ...others]] of this.#waiting) {
      if (!this.#isFree(folder)) continue;
      this.#waiting.delete(folder);
      if (others.length > 0) this.#waiting.set(folder, others);
      this.#busy.add(folder);
      next!();
    }
  }

  async #askOnce(question: Question, stop: AbortSignal | undefined): Promise<Answer> {
    const reader = this.#takeIdle() ?? new ReaderProcess(this.#limits, this.#isBackground);
    const end = () => reader.end();
    stop?.addEventListener("abort", end, { once: true });
    try {
      const answer = await reader.ask(question);
      if (reader.isSpent) reader.end();
      else this.#idle.push(reader);
      return answer;
    } finally {
      stop?.removeEventListener("abort", end);
    }
  }

  #takeIdle(): ReaderProcess | undefined {
    let reader = this.#idle.pop();
    while (reader?.isSpent === true) reader = this.#idle.pop();
    return reader;
  }
}
