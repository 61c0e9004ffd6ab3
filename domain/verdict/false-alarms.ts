import { formatCount, formatShare } from "../reports/downtime-wording.js";
import type { Verdict } from "../states.js";

export const rulings = ["agree", "disagree"] as const;
export type Ruling = (typeof rulings)[number];

/** Alarms with the same state. */
export interface AlarmGroup {
  alarms: number;
  /** A user said that it was not their code. */
  claimed: boolean;
  /** An admin's answer to that; null if there is none. */
  ruling: Ruling | null;
  /** The verdict of its last re-verification: `none` if there was none, `open` while it runs. */
  reopened: Verdict | "none" | "open";
}

/** How often an alarm was not caused by the code. Shares from 0 to 1; null without alarms. */
export interface FalseAlarmReport {
  /** Alarms: the denominator of both rates. */
  alarms: number;
  claimed: number;
  reopened: number;
  passedOnReopening: number;
  failedAgain: number;
  /** Claims that admins agree and disagree with. */
  agreed: number;
  disagreed: number;
  /** Passed at re-verification, or an admin agrees with the claim: the numerator of the rate. */
  falseAlarms: number;
  rate: number | null;
  /** Others that may turn out to be false: claims without an answer, and re-verifications without a result. */
  inDoubt: number;
  /** The rate if all of these turn out to be false. */
  rateAtMost: number | null;
}

export function falseAlarmReport(groups: readonly AlarmGroup[]): FalseAlarmReport {
  const count = (matches: (group: AlarmGroup) => boolean) =>
    groups.filter(matches).reduce((total, { alarms }) => total + alarms, 0);
  const alarms = count(() => true);
  const falseAlarms = count(isFalse);
  const inDoubt = count((group) => !isFalse(group) && isInDoubt(group));
  return {
    alarms,
    claimed: count(({ claimed }) => claimed),
    reopened: count(({ reopened }) => reopened !== "none"),
    passedOnReopening: count(({ reopened }) => reopened === "pass"),
    failedAgain: count(({ reopened }) => reopened === "fail"),
    agreed: count(({ ruling }) => ruling === "agree"),
    disagreed: count(({ ruling }) => ruling === "disagree"),
    falseAlarms,
    rate: share(falseAlarms, alarms),
    inDoubt,
    rateAtMost: share(falseAlarms + inDoubt, alarms),
  };
}

function isFalse({ ruling, reopened }: AlarmGroup): boolean {
  return ruling === "agree" || reopened === "pass";
}

/**
 * A second failure in a healthy environment refutes a claim and ends a doubt. An admin's answer does the same, if no run is
 * open.
 */
function isInDoubt({ claimed, ruling, reopened }: AlarmGroup): boolean {
  if (reopened === "open") return true;
  return ruling === null && reopened !== "fail" && (claimed || reopened === "abort");
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

/** `2 of 41 alarms were found to be false (4.9 %)`, how many more may be, and what cannot be known. */
export function falseAlarmText(report: FalseAlarmReport): string {
  const { alarms, claimed, reopened, falseAlarms, rate, inDoubt, rateAtMost } = report;
  if (alarms === 0) return "no alarms";
  const verb = falseAlarms === 1 || alarms === 1 ? "was" : "were";
  const doubt = inDoubt === 0 ? "" : `; ${inDoubt} more in doubt, at most ${formatShare(rateAtMost)}`;
  const unknown = claimed + reopened < alarms ? "; whether the alarms that nobody doubted were true is not known" : "";
  return `${falseAlarms} of ${formatCount(alarms, "alarm")} ${verb} found to be false (${formatShare(rate)})${doubt}${unknown}`;
}
