import { Worker } from "node:worker_threads";
import type { JobRequirement } from "../domain/requirement.js";

/** The code of a test cannot be read for requirements; the message says where and why. */
export class UnreadableCodeError extends Error {
  override name = "UnreadableCodeError";
}

type Answer = { found: JobRequirement[] } | { name: string; message: string };

const timeoutMs = 60_000;

/** Reads code in a thread of its own, one source after another, so that nothing else has to wait for it. */
export class Analyst {
  #thread: Worker | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** As `findRequirements`. @throws UnreadableCodeError for whatever goes wrong with this code */
  find(folder: string, code: readonly string[] | null, command: string): Promise<JobRequirement[]> {
    const answer = this.#last.then(() => this.#ask({ folder, code, command }));
    this.#last = answer.catch(() => undefined);
    return answer.then((told) => {
      if ("found" in told) return told.found;
      throw new UnreadableCodeError(told.message);
    });
  }

  #ask(question: object): Promise<Answer> {
    this.#thread ??= new Worker(new URL("./thread.js", import.meta.url));
    const thread = this.#thread;
    thread.unref();
    return new Promise((resolve) => {
      const end = (answer: Answer, isBroken: boolean) => {
        clearTimeout(limit);
        thread.off("message", onMessage).off("error", onError).off("exit", onExit);
        if (isBroken) {
          this.#thread = undefined;
          void thread.terminate();
        }
        resolve(answer);
      };
      const giveUp = (message: string) => end({ name: "UnreadableCodeError", message }, true);
      const onMessage = (answer: Answer) => end(answer, false);
      const onError = (error: Error) => giveUp(error.message);
      const onExit = () => giveUp("reading its code ended the reader");
      const limit = setTimeout(() => giveUp(`its code could not be read within ${timeoutMs / 1_000} s`), timeoutMs);
      thread.on("message", onMessage).on("error", onError).on("exit", onExit);
      thread.postMessage(question);
    });
  }
}
