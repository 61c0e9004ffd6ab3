/** Work that is due. Values flow one step at a time, so that cycles end and nothing nests. */
export class WorkQueue<V> {
  #due: { listener: (value: V) => void; value: V }[] = [];
  #steps = 0;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether the work was more than its limit: then what is known so far is all that is found. */
  get isExhausted(): boolean {
    return this.#steps > this.#limit;
  }

  add(listener: (value: V) => void, value: V): void {
    if (!this.isExhausted) this.#due.push({ listener, value });
  }

  /** Does all that is due, up to the limit. */
  drain(): void {
    for (let next = this.#due.pop(); next !== undefined; next = this.#due.pop()) {
      if (++this.#steps > this.#limit) break;
      next.listener(next.value);
    }
    if (this.isExhausted) this.#due = [];
  }
}
