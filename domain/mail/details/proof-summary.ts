import { isComparison, type EvidenceLine, type Purpose, type Watched } from "../../verdict/attempt.js";
import { loadCheck } from "../../verdict/checks.js";
import type { Outcome } from "../../states.js";

/** The parts of an attempt that the summary of the proof needs. */
export interface ProvenAttempt {
  purpose: Purpose;
  machine: string;
  outcome: Outcome | null;
  evidence: readonly EvidenceLine[];
  watch: readonly Watched[] | null;
}

/** Summarizes the whole proof in one line: `healthy throughout: nfs, mirror, disk; confirmed on beta`. */
export function summarizeProof(attempts: readonly ProvenAttempt[]): string {
  const [first, ...more] = attempts.filter(({ outcome, purpose }) => outcome === "candidate" && !isComparison(purpose));
  if (first === undefined) return trialLine(attempts);
  const failures = [first, ...more];
  const names = healthyNames(failures);
  const isWatched = failures.every(({ watch }) => watch !== null && watch.length > 0);
  const health =
    names.length === 0
      ? "nothing in its environment was watched"
      : `${isWatched ? "healthy throughout" : "healthy"}: ${names.join(", ")}`;
  const elsewhere = [...new Set(more.map(({ machine }) => machine))].filter((machine) => machine !== first.machine);
  const again = more.some(({ machine }) => machine === first.machine) ? `confirmed on ${first.machine} again` : "";
  const confirmed =
    elsewhere.length > 0 ? `confirmed on ${elsewhere.join(", ")}` : again || "not confirmed by another run";
  return [health, confirmed, ...comparisons(attempts)].join("; ");
}

/** The result of the isolation trials, if there was no failure in a healthy environment. */
function trialLine(attempts: readonly ProvenAttempt[]): string {
  const alone = attempts.filter(({ purpose }) => purpose === "isolation");
  if (alone.length === 0) return "no attempt ran in a healthy environment";
  const broken = alone.filter(({ outcome }) => outcome === "dirty" || outcome === "infrastructure").length;
  const controls = attempts.filter(({ purpose }) => purpose === "control" || purpose === "quiet");
  const well = controls.filter(({ outcome }) => outcome === "passed").length;
  return `its environment broke in ${broken} of ${alone.length} runs alone, and was healthy in ${well} of ${controls.length} runs without it`;
}

/** The checks that were good each time in all failures, by the names that people know. */
function healthyNames(failures: readonly ProvenAttempt[]): string[] {
  const seen = new Map<string, boolean>();
  const note = (check: string, isGood: boolean) => {
    const name = nameOf(check);
    if (name !== undefined) seen.set(name, (seen.get(name) ?? true) && isGood);
  };
  for (const { evidence, watch } of failures) {
    for (const { check, result } of evidence) if (result !== "note") note(check, result === "good");
    for (const { check, bad } of watch ?? []) note(check, bad.length === 0);
  }
  return [...seen].filter(([, isGood]) => isGood).map(([name]) => name);
}

function nameOf(check: string): string | undefined {
  if (check === loadCheck || /^(?:attempt |machine |log$|the test$)/.test(check)) return undefined;
  return check.replace(/^service /, "").replace(/ from .+$/, "");
}

function comparisons(attempts: readonly ProvenAttempt[]): string[] {
  const baseline = attempts.findLast(({ purpose }) => purpose === "baseline");
  const control = attempts.findLast(({ purpose, outcome }) => purpose === "control" && outcome === "passed");
  return [
    ...(baseline?.outcome === "passed" ? [`the last passing revision still passes, on ${baseline.machine}`] : []),
    ...(control === undefined ? [] : [`a test known to be good passed on ${control.machine}`]),
  ];
}
