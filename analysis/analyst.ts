import type { CodeToRead } from "./code-to-read.js";
import type { Discovered } from "./discover.js";
import { type KnownServices, nothingKnown } from "./evidence.js";
import {
  type ReadResponse,
  type ReadRequest,
  ReaderLostError,
  ReaderProcess,
  type ReadLimits,
  ReadLimitError,
} from "./reader-process.js";

/** The code of a test cannot be read for requirements; the message says where and why. */
export class UnreadableCodeError extends Error {
  override name = "UnreadableCodeError";
}

/** Nearly every question stays within these limits. */
export const quickLimits: ReadLimits = { cpuMs: 3_000, wallMs: 15_000, heapMib: 512 };
/** Code that needs more CPU time or memory than this is refused. */
export const thoroughLimits: ReadLimits = { cpuMs: 60_000, wallMs: 300_000, heapMib: 1_024 };
const readersPerLane = 2;
const slowFoldersKnown = 1_000;
/** How often a question is asked again after something outside killed its reader. */
const retriesAfterLoss = 2;

/**
 * Reads code in separate processes, so no source can block or crash the caller.
 * Each question first goes to the quick lane, which has small limits. A question that exceeds them is asked again in the
 * thorough lane, at low priority. All further questions about the same source go there directly. Sources take turns, so a
 * question waits only seconds for other sources, whatever their code is like and however many there are.
 */
export class Analyst {
  readonly #quick: Lane;
  readonly #thorough: Lane;
  /** Folders with code that exceeded the limits of the quick lane. Further questions about them skip it. */
  readonly #slow = new Set<string>();

  constructor(quick: ReadLimits = quickLimits, thorough: ReadLimits = thoroughLimits) {
    this.#quick = new Lane(quick, false);
    this.#thorough = new Lane(thorough, true);
  }

  /** Unpacks a packed source (a gzipped tar) into a folder. @throws UnreadableCodeError */
  async unpack(file: string, folder: string): Promise<void> {
    await this.#ask({ kind: "unpack", file, folder });
  }

  /** Runs `discover` in a reader process. @throws UnreadableCodeError if this code cannot be read */
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
    question: ReadRequest,
    stop?: AbortSignal,
  ): Promise<Exclude<ReadResponse, { refusal: string } | { trouble: string }>> {
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

  async #askThoroughly(question: ReadRequest, stop: AbortSignal | undefined): Promise<ReadResponse> {
    return this.#thorough.ask(question, stop).catch((error: unknown) => {
      if (!(error instanceof ReadLimitError)) throw error;
      // The wall-clock limit shows that the machine is too busy. It says nothing about the code.
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
  /** Waiting questions by source, in the order of the sources' turns. A source has one reader at a time. */
  readonly #waiting = new Map<string, (() => void)[]>();
  readonly #busy = new Set<string>();

  constructor(limits: ReadLimits, isBackground: boolean) {
    this.#limits = limits;
    this.#isBackground = isBackground;
  }

  /** @param stop ends the reading @throws ReadLimitError, ReaderLostError, the reason of `stop` */
  async ask(question: ReadRequest, stop?: AbortSignal): Promise<ReadResponse> {
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

  /** Gives free readers to the sources that have waited longest. */
  #passOn(): void {
    for (const [folder, [next, ...others]] of this.#waiting) {
      if (!this.#isFree(folder)) continue;
      this.#waiting.delete(folder);
      if (others.length > 0) this.#waiting.set(folder, others);
      this.#busy.add(folder);
      next!();
    }
  }

  async #askOnce(question: ReadRequest, stop: AbortSignal | undefined): Promise<ReadResponse> {
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
