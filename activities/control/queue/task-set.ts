/** Work that runs in parallel with a loop. An error ends the loop, so that it is retried. */
export class TaskSet {
  readonly #works = new Map<string, Promise<void>>();
  #failure: unknown;

  /** Begins a piece of work, unless the same is already running. */
  add(name: string, begin: () => Promise<void>): void {
    if (this.#works.has(name)) return;
    const work = begin()
      .catch((error: unknown) => {
        this.#failure ??= error;
      })
      .finally(() => this.#works.delete(name));
    this.#works.set(name, work);
  }

  /** How many pieces of work of a kind are running. The kind is the first word of their names. */
  count(kind: string): number {
    return [...this.#works.keys()].filter((name) => name.startsWith(`${kind} `)).length;
  }

  /** @throws the first error of what has failed */
  throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure as Error;
  }

  /** Waits for all running work. */
  async end(): Promise<void> {
    await Promise.all(this.#works.values());
  }
}
