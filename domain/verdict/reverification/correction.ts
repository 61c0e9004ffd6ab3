import type { Verdict } from "../../states.js";
import { assertNever } from "../../states.js";

/** The result of a re-verification in one sentence; the same in mail, page and command. */
export function correctionText(verdict: Verdict | null): string {
  switch (verdict) {
    case null:
      return "It runs again, to see whether the verdict is still valid.";
    case "pass":
      return "It passes in a healthy environment: this was not your code.";
    case "fail":
      return "It fails again in a healthy environment: this is about your code.";
    case "abort":
      return "The new run came to no result: it is no longer certain that this was your code.";
    default:
      return assertNever(verdict);
  }
}

/** Describes an outage. Times are shown as given; `to` is null while it lasts. */
export function outageText(outage: {
  service: string;
  machine: string | null;
  since: string;
  to: string | null;
  detail: string;
}): string {
  const where = outage.machine === null ? "" : ` on ${outage.machine}`;
  return `service ${outage.service}${where} was down from ${outage.since} ${outage.to === null ? "on" : `to ${outage.to}`}: ${outage.detail}`;
}
