import { setTimeout as sleep } from "node:timers/promises";

/** The awaited state can no longer be reached. */
export class HopelessError extends Error {
  override name = "HopelessError";
}

const longestPauseMs = 250;

/** Repeats `check` until it gives something other than undefined. @throws Error that says what it waited for */
export async function eventually<T>(what: string, check: () => Promise<T | undefined>, timeoutMs = 90_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let trouble: unknown;
  let pauseMs = 50;
  while (Date.now() < deadline) {
    try {
      const value = await check();
      if (value !== undefined) return value;
      trouble = undefined;
    } catch (error) {
      if (error instanceof HopelessError) throw error;
      trouble = error;
    }
    await sleep(pauseMs);
    // What takes long is asked for less often, because each question takes processor time from what it waits for.
    pauseMs = Math.min(longestPauseMs, pauseMs * 1.25);
  }
  throw new Error(`timed out while waiting for ${what}${trouble instanceof Error ? `: ${trouble.message}` : ""}`);
}
