import type { Logger } from "pino";

const quietMs = 60_000;

/** Whether work is to be done again at once, or after a pause. */
export type Repeat = "more" | "done" | void;

/**
 * Repeats `work` until stopped: at once while there is more to do, else after a pause. Errors are logged, and the work is
 * retried.
 */
export function startLoop(
  name: string,
  pauseMs: number,
  log: Logger,
  work: () => Promise<Repeat>,
): { stop(): Promise<void>; wake: () => void } {
  let isStopped = false;
  let [lastError, loggedAt] = ["", 0];
  /** The same error is logged at most once a minute: a loop may meet it every second. */
  const note = (error: unknown) => {
    const text = error instanceof Error ? error.message : String(error);
    if (text === lastError && Date.now() - loggedAt < quietMs) return;
    [lastError, loggedAt] = [text, Date.now()];
    log.warn({ loop: name, error: text }, "will be tried again");
  };
  let wake: () => void = () => undefined;
  const loop = (async () => {
    while (!isStopped) {
      const woken = new Promise<void>((resolve) => (wake = resolve));
      const next = await work().catch((error: unknown) => {
        note(error);
        return "done" as const;
      });
      if (next === "more" || isStopped) continue;
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([woken, new Promise((resolve) => (timer = setTimeout(resolve, pauseMs)))]);
      clearTimeout(timer);
    }
  })();
  return {
    wake: () => wake(),
    stop: async () => {
      isStopped = true;
      wake();
      await loop;
    },
  };
}
