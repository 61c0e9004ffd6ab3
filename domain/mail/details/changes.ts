import { timeOf } from "../../time/time-text.js";
import { type ComponentVersion, isDifferent, versionText } from "./component-changes.js";
import type { FailingSince } from "./runs.js";

/** The last run that passed, whose versions are compared with those of a failure; or the reason why there is none. */
export type Comparison = { is: { jobId: string; submittedAt: string } } | { notKnown: string };

/** A line for people about one thing that changed, or did not. Mail, page and command use the same words. */
export interface ChangeLine {
  name: string;
  value: string;
  /** It may be the reason for the failure. */
  isNotable: boolean;
}

const componentsShown = 8;

/** Says since when a test fails, what was submitted in between, and which versions changed. */
export function changeLines(failure: {
  jobId: string;
  revision: string;
  since: FailingSince;
  components: readonly ComponentVersion[];
  comparedWith: Comparison;
}): ChangeLine[] {
  const { since, jobId, revision, components, comparedWith } = failure;
  const { lastPass, firstFail, fails } = since;
  const isFirst = firstFail.jobId === jobId;
  const plain = (name: string, value: string) => ({ name, value, isNotable: false });
  const short = (text: string) => text.slice(0, 12);
  const lines = [
    plain(
      "First failed",
      isFirst
        ? "now, in this run"
        : `at ${short(firstFail.revision)}, submitted ${timeOf(firstFail.submittedAt)}${fails > 1 ? `; ${fails} runs in a row` : ""}`,
    ),
    plain(
      "Last passed",
      lastPass === null
        ? "never, as far as this grid knows"
        : `at ${short(lastPass.revision)}, submitted ${timeOf(lastPass.submittedAt)}`,
    ),
    plain("In between", betweenText(since)),
  ];
  const isSame = lastPass !== null && lastPass.revision === (isFirst ? revision : firstFail.revision);
  if (isSame) lines.push({ name: "Note", value: "the same revision passed before", isNotable: true });
  const changed = components.filter(isDifferent);
  for (const component of changed.slice(0, componentsShown))
    lines.push({ name: component.name, value: versionText(component), isNotable: true });
  const more = changed.length - componentsShown;
  if (more > 0) lines.push(plain(`${more} more changes`, "see all versions"));
  if (changed.length === 0)
    lines.push(plain("Versions", "is" in comparedWith ? "as in the last pass" : comparedText(comparedWith)));
  return lines;
}

export function comparedText(comparedWith: Comparison): string {
  return "is" in comparedWith
    ? `against the last pass, ${timeOf(comparedWith.is.submittedAt)}`
    : `changes not known: ${comparedWith.notKnown}`;
}

function betweenText({ lastPass, between, betweenInAll }: FailingSince): string {
  if (lastPass === null) return "not known: the test has never passed";
  if (betweenInAll === 0) return "no other revision was submitted to this project and branch";
  const more = betweenInAll - between.length;
  return `${between.map((revision) => revision.slice(0, 12)).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
