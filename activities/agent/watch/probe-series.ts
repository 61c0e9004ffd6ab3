import type { Watched } from "../../../domain/verdict/attempt.js";
import type { ProbeResult } from "../../../domain/health/health.js";
import { wasLate } from "../../../probes/stall.js";
import { HealthTimeline } from "./health-timeline.js";

/** How to look at one thing. */
export interface ProbePlan {
  check: string;
  /** Looks once. The result says what is wrong. Never throws. */
  look: () => Promise<ProbeResult>;
  everyMs: () => number;
  /** A look that takes longer counts as bad, whatever its result is. */
  limitMs: number;
}

/** Looks at one thing repeatedly, starting at once. Two looks never overlap: while one hangs, no other one starts. */
export class ProbeSeries {
  readonly timeline: HealthTimeline;
  readonly #plan: ProbePlan;
  #isStopped = false;
  #wake: () => void = () => undefined;
  #current: Promise<unknown> = Promise.resolve();
  /** Whether a look is running. It may hang. */
  #isHanging = false;

  constructor(plan: ProbePlan) {
    this.#plan = plan;
    this.timeline = new HealthTimeline(plan.check, Date.now());
    void this.#run();
  }

  /** Ends the series with one last look that begins now, unless the thing is bad already. */
  async finish(): Promise<Watched> {
    this.stop();
    await this.#current;
    if (!this.timeline.isBad) await this.#look();
    return this.timeline.close(Date.now());
  }

  stop(): void {
    this.#isStopped = true;
    this.#wake();
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      const began = performance.now();
      this.#current = this.#look();
      await this.#current;
      const waitMs = began + this.#plan.everyMs() - performance.now();
      // It pauses in any case, so that looks that end at once do not block other work.
      if (!this.#isStopped) await this.#pause(Math.max(0, waitMs));
    }
  }

  /** Looks once, for no longer than the limit. */
  async #look(): Promise<void> {
    const { look, limitMs } = this.#plan;
    const [began, beganAt] = [Date.now(), performance.now()];
    if (this.#isHanging) return this.timeline.bad(began, "no answer yet");
    this.#isHanging = true;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), limitMs);
    });
    const looked = look().finally(() => (this.#isHanging = false));
    const result = await Promise.race([looked, late]);
    clearTimeout(timer);
    if (result?.ok !== true && (result?.isLate === true || wasLate(beganAt)))
      this.timeline.missed(began, Date.now(), `the watch itself was late: ${result?.detail ?? "no answer yet"}`);
    else if (result === undefined) this.timeline.bad(began, `no answer within ${limitMs} ms`);
    else if (!result.ok) this.timeline.bad(began, result.detail);
    else this.timeline.good(Date.parse(result.at), Date.now());
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
