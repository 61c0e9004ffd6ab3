import { setTimeout as sleep } from "node:timers/promises";

/** A condition was not met in time. */
export class WaitTimeoutError extends Error {
  override name = "WaitedInVainError";
}

/** Waits until `check` returns something other than undefined. Its errors count as undefined. @throws WaitedInVainError */
export async function until<T>(
  what: string,
  timeoutMs: number,
  check: () => T | undefined | Promise<T | undefined>,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let trouble = "";
  while (Date.now() < deadline) {
    try {
      const found = await check();
      if (found !== undefined) return found;
    } catch (error) {
      trouble = `: ${(error as Error).message}`;
    }
    await sleep(50);
  }
  throw new WaitTimeoutError(`waited ${timeoutMs / 1_000} s in vain for ${what}${trouble}`);
}
