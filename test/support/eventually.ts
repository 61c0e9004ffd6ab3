import { setTimeout as sleep } from "node:timers/promises";

/** The awaited state can no longer be reached. */
export class HopelessError extends Error {
  override name = "HopelessError";
}

/** Repeats `check` until it gives something other than undefined. @throws Error that says what it waited for */
export async function eventually<T>(what: string, check: () => Promise<T | undefined>, timeoutMs = 90_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let trouble: unknown;
  while (Date.now() < deadline) {
    try {
      const value = await check();
      if (value !== undefined) return value;
      trouble = undefined;
    } catch (error) {
      if (error instanceof HopelessError) throw error;
      trouble = error;
    }
    await sleep(100);
  }
  throw new Error(`timed out while waiting for ${what}${trouble instanceof Error ? `: ${trouble.message}` : ""}`);
}
