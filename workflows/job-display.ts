import { setCurrentDetails, upsertSearchAttributes } from "@temporalio/workflow";
import type { NextAttempt, Ending } from "../domain/verdict/decision.js";
import { formatDuration } from "../domain/time/duration.js";
import type { Parked } from "./contracts.js";
import { type JobStatus, type LeaseOffer, searchAttributes } from "./messages.js";

/** What the Temporal UI shows about a job. */

/** In characters. Temporal accepts 400 bytes. */
const longestSummary = 130;

export function showHeld(parked: Parked, details: string): void {
  setCurrentDetails(details);
  if (!parked.held) return;
  const heldFor = parked.reasons.map(({ reason, service }) => service ?? reason);
  upsertSearchAttributes({ [searchAttributes.state]: ["held"], [searchAttributes.heldFor]: [heldFor.join(" ")] });
}

export function showRunning(status: JobStatus, lease: LeaseOffer, details: string): void {
  Object.assign(status, { state: "running", reasons: [], lease });
  setCurrentDetails(details);
  upsertSearchAttributes({ [searchAttributes.state]: ["running"], [searchAttributes.heldFor]: [] });
}

/** The job only waits for a comparison run. */
export function showVerifying(companion: string, { companion: wish }: NextAttempt): void {
  setCurrentDetails(`**verifying**: waits for its ${wish?.purpose ?? "companion"}, job ${companion}`);
}

export function showEnd(status: JobStatus, verdict: string, ending: Ending): void {
  status.state = "finished";
  setCurrentDetails(
    [
      `**${verdict}** ${ending.abortReason ?? ending.failureIdentifier ?? ""}`,
      ...ending.evidence.map(({ check, detail }) => `- ${check}: ${detail}`),
    ].join("\n"),
  );
  upsertSearchAttributes({
    [searchAttributes.state]: ["finished"],
    [searchAttributes.verdict]: [verdict],
    [searchAttributes.heldFor]: [],
  });
}

/** The summary of a waiting job's timer. */
export function waitsFor({ held, reasons }: Parked): string {
  return (held ? reasons.map(({ text }) => text).join("; ") : "a machine").slice(0, longestSummary);
}

export function describeParking(parked: Parked, next: NextAttempt, at: string): string {
  const purpose = next.purpose === "test" ? "a machine" : `a machine for the ${next.purpose}`;
  if (!parked.held) return `**waiting** for ${purpose}, since ${at}`;
  return [
    `**held** since ${at}; ${formatDuration(Math.max(0, parked.budget.leftMs))} of its hold budget were left then`,
    ...parked.reasons.map(({ text }) => `- ${text}`),
    `What holds it now: \`holdfast why\`.`,
  ].join("\n");
}

export function describeRun(next: NextAttempt, lease: LeaseOffer, attempt: number): string {
  return `**running** on ${lease.machine}: attempt ${attempt}${next.purpose === "test" ? "" : `, a ${next.purpose}`}`;
}
