import type { Watched } from "../../../domain/verdict/attempt.js";

/** The number of bad times that are kept separately. Later ones only extend the last one. */
const maxBadIntervals = 20;
const detailLength = 300;

/** The results of all looks at one thing, kept as the times in which it was bad. All times are in ms since the epoch. */
export class HealthTimeline {
  readonly #check: string;
  readonly #from: number;
  readonly #bad: { from: number; to: number | null; detail: string }[] = [];
  readonly #missed: { from: number; to: number; detail: string }[] = [];
  #looks = 0;
  #lookedAt: number;
  #goodAt: number | null = null;
  #apartMs = 0;
  /** A summary for people; empty if there is none. */
  detail = "";

  constructor(check: string, now: number) {
    this.#check = check;
    this.#from = now;
    this.#lookedAt = now;
  }

  /** Whether it has been bad since the last look that found it good. */
  get isBad(): boolean {
    return this.#bad.at(-1)?.to === null;
  }

  /** Records a look that found it good. */
  good(began: number, ended: number): void {
    this.#look(began);
    // Later than the start: only what was bad from the first look on has a bad time that begins at the start.
    this.#goodAt = Math.max(began, this.#from + 1);
    if (this.isBad) this.#bad.at(-1)!.to = Math.max(ended, this.#bad.at(-1)!.from);
  }

  /** Records a look that found it bad. */
  bad(began: number, detail: string): void {
    this.#look(began);
    this.broke(detail);
  }

  /** Records a look without a result: the watch itself did not get to run, so nothing is known about this time. */
  missed(from: number, to: number, detail: string): void {
    if (this.#missed.length < maxBadIntervals) this.#missed.push({ from, to, detail: detail.slice(0, detailLength) });
    else this.#missed.at(-1)!.to = to;
  }

  /** Records that it was found bad between two looks. */
  broke(detail: string): void {
    if (this.isBad) return;
    this.#addBadInterval(this.#goodAt ?? this.#from, null, detail);
  }

  /** Records that it was bad for a time that is over. */
  wasBad(from: number, to: number, detail: string): void {
    this.#addBadInterval(Math.max(from, this.#from + 1), Math.max(to, from), detail);
  }

  /** Returns what has been seen up to now. */
  close(now: number): Watched {
    const iso = (time: number) => new Date(time).toISOString();
    return {
      check: this.#check,
      from: iso(this.#from),
      to: iso(now),
      looks: this.#looks,
      apartMs: Math.round(this.#apartMs),
      bad: this.#bad.map(({ from, to, detail }) => ({ from: iso(from), to: iso(to ?? Math.max(now, from)), detail })),
      ...(this.#missed.length === 0
        ? {}
        : { missed: this.#missed.map(({ from, to, detail }) => ({ from: iso(from), to: iso(to), detail })) }),
      ...(this.detail === "" ? {} : { detail: this.detail }),
    };
  }

  #look(began: number): void {
    this.#looks++;
    this.#apartMs = Math.max(this.#apartMs, began - this.#lookedAt);
    this.#lookedAt = began;
  }

  #addBadInterval(from: number, to: number | null, detail: string): void {
    const last = this.#bad.at(-1);
    if (last !== undefined && this.#bad.length >= maxBadIntervals) last.to = to;
    else this.#bad.push({ from, to, detail: detail.slice(0, detailLength) });
  }
}
