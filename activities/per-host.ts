/** Lets only so many at a time work for one host, so that one slow server holds up nobody who needs another. */
export class PerHostLimit {
  readonly #most: number;
  readonly #active = new Map<string, number>();
  readonly #waiting = new Map<string, (() => void)[]>();

  constructor(most: number) {
    this.#most = most;
  }

  /** @param onWait called if others come first */
  async run<T>(host: string, onWait: () => Promise<void>, work: () => Promise<T>): Promise<T> {
    if ((this.#active.get(host) ?? 0) >= this.#most) await onWait();
    while ((this.#active.get(host) ?? 0) >= this.#most)
      await new Promise<void>((resolve) => {
        this.#waiting.set(host, [...(this.#waiting.get(host) ?? []), resolve]);
      });
    this.#active.set(host, (this.#active.get(host) ?? 0) + 1);
    try {
      return await work();
    } finally {
      const left = this.#active.get(host)! - 1;
      if (left === 0) this.#active.delete(host);
      else this.#active.set(host, left);
      const [next, ...others] = this.#waiting.get(host) ?? [];
      if (others.length === 0) this.#waiting.delete(host);
      else this.#waiting.set(host, others);
      next?.();
    }
  }
}

/** The host that an address of a repository names; the address itself if it names none. */
export function hostOf(address: string): string {
  const host = URL.canParse(address) ? new URL(address).host : "";
  if (host !== "") return host;
  return /^(?:[^@/]+@)?([^:/]+):/.exec(address)?.[1] ?? address;
}
