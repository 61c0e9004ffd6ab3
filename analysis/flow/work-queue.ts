const deepestNesting = 20;

/** Pending work. Values flow one step at a time, so cycles end and calls do not nest. */
export class WorkQueue<V> {
  #due: { listener: (value: V) => void; value: V }[] = [];
  #steps = 0;
  #nested = 0;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether the work exceeded its limit. The analysis then keeps what it has found so far. */
  get isExhausted(): boolean {
    return this.#steps > this.#limit;
  }

  add(listener: (value: V) => void, value: V): void {
    if (!this.isExhausted) this.#due.push({ listener, value });
  }

  /** Does all pending work, up to the limit. Work can call this too, but only so deep. */
  drain(): void {
    if (this.#nested >= deepestNesting) return;
    this.#nested++;
    for (let next = this.#due.pop(); next !== undefined; next = this.#due.pop()) {
      if (++this.#steps > this.#limit) break;
      next.listener(next.value);
    }
    this.#nested--;
    if (this.isExhausted) this.#due = [];
  }
}
