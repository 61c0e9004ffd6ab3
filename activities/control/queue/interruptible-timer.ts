/** An activity that loops returns after this time, so that none runs forever. */
export const maxActivityMs = 6 * 3_600_000;

/** Lets a loop wait without a memory leak: each race with a long-lived promise would keep memory. */
export class InterruptibleTimer {
  #wake: () => void = () => undefined;
  #cancelled: unknown;

  /** @param cancelled rejects when the loop must end */
  constructor(cancelled: Promise<never>) {
    cancelled.catch((error: unknown) => {
      this.#cancelled = error;
      this.#wake();
    });
  }

  /** Waits until the time is over or `heard` resolves. @throws what `heard` or the cancellation rejects with */
  async wait(ms: number, heard?: Promise<void>): Promise<void> {
    let failure: unknown;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      const wake = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#wake = wake;
      if (this.#cancelled !== undefined) wake();
      heard?.then(wake, (error: unknown) => {
        failure = error;
        wake();
      });
    });
    if (this.#cancelled !== undefined) throw this.#cancelled as Error;
    if (failure !== undefined) throw failure as Error;
  }
}
