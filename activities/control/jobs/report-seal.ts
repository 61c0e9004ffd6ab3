import { createHmac } from "node:crypto";
import { isSameSecret } from "../../../source/same-secret.js";
import type { Attempt, AttemptReport } from "../../../domain/verdict/attempt.js";

/** Adds a seal to a report. It proves that the report comes from the agent that got this secret when it began the attempt. */
export function sealReport(report: AttemptReport, secret: string): AttemptReport {
  return { ...report, seal: sealOf(report, secret) };
}

/** The fields that the workflow adds to the report of a passed attempt. */
const added = new Set([
  "seal",
  "number",
  "purpose",
  "machine",
  "host",
  "explained",
  "claimBacked",
  "machineLost",
  "siblings",
]);

export function isSealed(report: AttemptReport | Attempt, secret: string): boolean {
  return isSameSecret(report.seal ?? "", sealOf(report, secret));
}

function sealOf(report: object, secret: string): string {
  const sealed = Object.entries(report).filter(([key]) => !added.has(key));
  return createHmac("sha256", secret)
    .update(canonical(Object.fromEntries(sealed)))
    .digest("base64url");
}

/** Returns the same text for the same values, whatever the order of their keys is. */
function canonical(value: unknown): string {
  // JSON, because a report passes through Temporal as JSON and must be the same afterwards.
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([left], [right]) => (left < right ? -1 : 1)))
      : each,
  );
}
