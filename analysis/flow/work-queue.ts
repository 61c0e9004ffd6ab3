/** Work that is due. Values flow one step at a time, so that cycles end and nothing nests. */
export class WorkQueue<V> {
  readonly #due: { listener: (value: V) => void; value: V }[] = [];
  /** Steps so far: the measure of work. */
  steps = 0;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(listener: (value: V) => void, value: V): void {
    this.#due.push({ listener, value });
  }

  /** @throws WorkLimitError */
  drain(): void {
    for (let next = this.#due.pop(); next !== undefined; next = this.#due.pop()) {
      if (++this.steps > this.#limit)
        throw new WorkLimitError(`its code needs more than ${this.#limit} steps to be followed`);
      next.listener(next.value);
    }
  }
}

/** Following the code would take too long. */
export class WorkLimitError extends Error {
  override name = "WorkLimitError";
}
