/** Limits how much work runs at the same time per key, such as a host. So a slow host does not delay work for other hosts. */
export class KeyedLimit {
  readonly #most: number;
  readonly #active = new Map<string, number>();
  readonly #waiting = new Map<string, (() => void)[]>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Whether more work for this key would have to wait. */
  isFull(key: string): boolean {
    return (this.#active.get(key) ?? 0) >= this.#most;
  }

  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    while (this.isFull(key))
      await new Promise<void>((resolve) => {
        this.#waiting.set(key, [...(this.#waiting.get(key) ?? []), resolve]);
      });
    this.#active.set(key, (this.#active.get(key) ?? 0) + 1);
    try {
      return await work();
    } finally {
      const left = this.#active.get(key)! - 1;
      if (left === 0) this.#active.delete(key);
      else this.#active.set(key, left);
      const [next, ...others] = this.#waiting.get(key) ?? [];
      if (others.length === 0) this.#waiting.delete(key);
      else this.#waiting.set(key, others);
      next?.();
    }
  }
}
