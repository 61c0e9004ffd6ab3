import { Piscina } from "piscina";
import { KeyedLimit } from "./keyed-limit.js";
import { FileError } from "../domain/config/located-yaml.js";
import type { DefinedSuite, IntakeAnswer, IntakeTask } from "./intake-task.js";
import { type PackedSource, SourceError, UnknownTestError } from "./pack/packed.js";

/** Nearly all input stays within these limits. Input that exceeds them is started again in the thorough lane. */
const quick = { threads: 3, patienceMs: 2_000, heapMib: 512 };
/** Input that exceeds these limits is refused. */
const thorough = { threads: 1, patienceMs: 60_000, heapMib: 1_024 };

type Lane = typeof quick;

/**
 * Reads user input in threads, so no input can block the caller or use up its memory.
 * There are two lanes, as for reading code, so a small input waits only seconds for a large one.
 */
export class Intake {
  readonly #quick = new ThreadLane(quick);
  readonly #thorough = new ThreadLane(thorough);

  /**
   * Runs `checkPacked` in a thread.
   * @param packed the source, or the path of its file
   * @throws SourceError
   */
  async check(packed: string | Buffer, limitBytes: number, place: string): Promise<PackedSource> {
    return (await this.#ask({ kind: "check", packed, limitBytes, place })) as PackedSource;
  }

  /** Reads a suite file and creates the definitions of its jobs. @throws FileError, SourceError */
  async define(task: Omit<Extract<IntakeTask, { kind: "define" }>, "kind">): Promise<DefinedSuite> {
    return (await this.#ask({ kind: "define", ...task })) as DefinedSuite;
  }

  async #ask(task: IntakeTask): Promise<PackedSource | DefinedSuite> {
    const answer = (await this.#quick.ask(task)) ?? (await this.#thorough.ask(task));
    if (answer === undefined) throw new SourceError("user/wrong-source", tooMuch);
    if ("result" in answer) return answer.result;
    if ("mistakes" in answer) throw new FileError(answer.mistakes);
    if ("unknownTest" in answer) throw new UnknownTestError("user/wrong-suite-file", answer.unknownTest);
    throw new SourceError(answer.identifier, answer.message);
  }
}

const tooMuch = `reading it takes more than ${thorough.patienceMs / 1000} s or ${thorough.heapMib} MiB of memory`;

class ThreadLane {
  readonly #lane: Lane;
  readonly #pool: Piscina<IntakeTask, IntakeAnswer>;
  /** The time limit of a task starts only when a thread is free. */
  readonly #free: KeyedLimit;

  constructor(lane: Lane) {
    this.#lane = lane;
    this.#free = new KeyedLimit(lane.threads);
    this.#pool = new Piscina({
      filename: new URL("./intake-task.js", import.meta.url).href,
      minThreads: 0,
      maxThreads: lane.threads,
      idleTimeout: 60_000,
      resourceLimits: { maxOldGenerationSizeMb: lane.heapMib },
    });
    // The caller already gets an error if its thread runs out of memory.
    this.#pool.on("error", () => undefined);
  }

  /** @returns undefined if the task takes too long or too much memory */
  async ask(task: IntakeTask): Promise<IntakeAnswer | undefined> {
    return this.#free.run("", async () => {
      try {
        return await this.#pool.run(task, { signal: AbortSignal.timeout(this.#lane.patienceMs) });
      } catch (error) {
        const { name, code } = error as { name?: string; code?: string };
        if (name === "AbortError" || code === "ERR_WORKER_OUT_OF_MEMORY") return undefined;
        throw error;
      }
    });
  }
}
