import { type HarmCount, harmCounts, type Tally } from "./harm.js";

export type Counts = Record<HarmCount, number>;

/** The last line of a run. */
export interface Summary extends Counts {
  jobs: number;
  good: number;
  broken: number;
  seconds: number;
}

/** The result of one fault, or of the mix. */
export interface Trial {
  fault: string;
  summary: Summary;
  tally: Tally;
  /** The effect of each strike. */
  applied: { fault: string; seen: string }[];
  /** Strikes without an effect, and other reasons why the trial proves nothing. */
  notApplied: string[];
  /** The longest time for which a job or submission gave no reason for its waiting, as far as it was seen. */
  longestSilentSeconds: number;
}

/** @param startedMs when the trial began */
export function summarise(tally: Tally, startedMs: number): Summary {
  return {
    jobs: tally.good + tally.broken,
    good: tally.good,
    broken: tally.broken,
    ...countsOf(tally),
    seconds: Math.round((Date.now() - startedMs) / 100) / 10,
  };
}

function countsOf({ harms }: Tally): Counts {
  const count = (name: HarmCount) => harms.filter(({ harm }) => harm === name).length;
  return {
    falseAlarms: count("falseAlarms"),
    missedAlarms: count("missedAlarms"),
    lostMails: count("lostMails"),
    doubledMails: count("doubledMails"),
    stuckJobs: count("stuckJobs"),
    overlaps: count("overlaps"),
  };
}

export function lineOf({ fault, summary, tally, applied, notApplied, longestSilentSeconds }: Trial): object {
  const { attempts, attemptsLost, resent, corrections, harms } = tally;
  return {
    fault,
    ...summary,
    attempts,
    attemptsLost,
    resent,
    corrections,
    longestSilentSeconds,
    applied,
    notApplied,
    harms,
  };
}

export function total(trials: readonly Trial[], seconds: number): Summary {
  const sum = (of: (summary: Summary) => number) => trials.reduce((all, { summary }) => all + of(summary), 0);
  return {
    jobs: sum(({ jobs }) => jobs),
    good: sum(({ good }) => good),
    broken: sum(({ broken }) => broken),
    falseAlarms: sum(({ falseAlarms }) => falseAlarms),
    missedAlarms: sum(({ missedAlarms }) => missedAlarms),
    lostMails: sum(({ lostMails }) => lostMails),
    doubledMails: sum(({ doubledMails }) => doubledMails),
    stuckJobs: sum(({ stuckJobs }) => stuckJobs),
    overlaps: sum(({ overlaps }) => overlaps),
    seconds,
  };
}

/** Whether a trial found nothing wrong, and proved something. */
export function isGreen({ summary, notApplied }: Trial): boolean {
  return notApplied.length === 0 && harmCounts.every((name) => summary[name] === 0);
}
