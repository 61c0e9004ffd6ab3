/** Work that goes on beside a loop. What fails ends the loop, so that somebody tries again. */
export class TaskSet {
  readonly #works = new Map<string, Promise<void>>();
  #failure: unknown;

  /** Begins a piece of work, unless the same is under way. */
  add(name: string, begin: () => Promise<void>): void {
    if (this.#works.has(name)) return;
    const work = begin()
      .catch((error: unknown) => {
        this.#failure ??= error;
      })
      .finally(() => this.#works.delete(name));
    this.#works.set(name, work);
  }

  /** How many works of a kind, the first word of their names, are under way. */
  count(kind: string): number {
    return [...this.#works.keys()].filter((name) => name.startsWith(`${kind} `)).length;
  }

  /** @throws the first error of what has failed */
  throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure as Error;
  }

  /** Waits for all that has begun. */
  async end(): Promise<void> {
    await Promise.all(this.#works.values());
  }
}
