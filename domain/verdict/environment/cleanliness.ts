import type { EvidenceLine, Watched } from "../attempt.js";
import { isNameCheck, loadCheck, machineChecks, requirementCheck, serviceCheck } from "../checks.js";
import { findDisturbances, wasFoundBroken } from "./disturbance.js";
import { judgeService, type ServiceProof } from "./service-proof.js";
import { byGridClock, type ProofTime } from "./proof-time.js";
import { spanOf, touches } from "./bad-interval.js";

/** A longer gap in the watch is a gap in the proof (docs/verdict.md, section 2). */
export const longestGapMs = 5_000;
/** How many bad intervals of one check get their own line. */
const shownSpells = 3;

/** All that is known of the environment of one attempt. Times are ISO, by the machine's clock unless stated otherwise. */
export interface WindowFacts extends ProofTime {
  machine: string;
  /** When the attempt itself ended. */
  endedAt: string;
  /** Null if nothing ran that would have been watched. */
  watch: readonly Watched[] | null;
  /** The required services, without those that the test disturbs on purpose. */
  services: readonly ServiceProof[];
}

export interface Cleanliness {
  /** No line is bad or unknown. */
  isClean: boolean;
  /** What worked when the attempt began, and broke while it ran: `service:nfs`, `machine:alpha`. */
  disturbed: string[];
  /** A required service was already bad when the attempt began. */
  foundBroken: boolean;
  evidence: EvidenceLine[];
}

/**
 * Checks line by line whether the environment of an attempt was healthy in its window (docs/verdict.md, section 2).
 * `outcomeIn` in dirty-attempts.ts draws the conclusion.
 */
export function judgeWindow(facts: WindowFacts): Cleanliness {
  const window = byGridClock(facts, facts.from, facts.to);
  const evidence = [
    ...(facts.watch === null ? [] : judgeWatch(facts, facts.watch)),
    ...facts.services.flatMap((service) => judgeService(service, window, facts.to)),
  ];
  return {
    isClean: evidence.every(({ result }) => result === "good" || result === "note"),
    disturbed: findDisturbances(facts, byGridClock(facts, facts.from, facts.endedAt)),
    foundBroken: wasFoundBroken(facts),
    evidence,
  };
}

function judgeWatch(facts: WindowFacts, watch: readonly Watched[]): EvidenceLine[] {
  const { machine, services, to } = facts;
  const seen = services.filter(({ from, excuse }) => from !== "control" && excuse === null);
  const required = new Set<string>([
    ...machineChecks,
    ...seen.filter(({ severity }) => severity === "down").map(({ name }) => serviceCheck(name, machine)),
  ]);
  const lines = watch.flatMap((record) => {
    // Only names that the test needs are watched.
    const isJudged = required.has(record.check) || isNameCheck(record.check) || record.check === requirementCheck;
    return isJudged ? judgeRecord(record, facts) : [noteRecord(record)];
  });
  const missing = [...required].filter((check) => !watch.some((record) => record.check === check));
  lines.push(
    ...missing.map((check): EvidenceLine => ({ check, result: "unknown", detail: "was not watched", at: to })),
  );
  return lines;
}

function judgeRecord(record: Watched, { from, to }: WindowFacts): EvidenceLine[] {
  const { check } = record;
  const window = spanOf(from, to);
  const watched = spanOf(record.from, record.to);
  const isCovered = watched.start <= window.start + longestGapMs && watched.end >= window.end - longestGapMs;
  const spells = record.bad.map((bad) => ({ bad, isInside: touches(spanOf(bad.from, bad.to), window) }));
  const [inside, outside] = [spells.filter((each) => each.isInside), spells.filter((each) => !each.isInside)];
  const lines = inside
    .slice(0, shownSpells)
    .map(({ bad }): EvidenceLine => ({ check, result: "bad", detail: badText(bad), at: bad.from }));
  if (inside.length > shownSpells)
    lines.push({ check, result: "bad", detail: `bad ${inside.length} times in all`, at: record.to });
  if (record.looks === 0 || !isCovered)
    lines.push({
      check,
      result: "unknown",
      detail: `was watched only from ${record.from} to ${record.to}, ${record.looks} checks`,
      at: record.to,
    });
  const missed = (record.missed ?? []).find((gap) => touches(spanOf(gap.from, gap.to), window));
  if (missed !== undefined)
    lines.push({
      check,
      result: "unknown",
      detail: `not known between ${missed.from} and ${missed.to}: ${missed.detail}`,
      at: missed.from,
    });
  if (lines.length === 0) lines.push({ check, result: "good", detail: healthyText(record), at: record.to });
  lines.push(
    ...outside.slice(0, 1).map(({ bad }): EvidenceLine => {
      const detail = `outside the time of proof, which ended at ${to}: ${badText(bad)}`;
      return { check, result: "note", detail, at: bad.from };
    }),
  );
  return lines;
}

/** Checks that prove nothing: the load, and services that may be down. */
function noteRecord(record: Watched): EvidenceLine {
  const [bad] = record.bad;
  const said = record.check === loadCheck ? (record.detail ?? "") : healthyText(record);
  return { check: record.check, result: "note", detail: bad === undefined ? said : badText(bad), at: record.to };
}

function badText({ from, to, detail }: Watched["bad"][number]): string {
  return `bad between ${from} and ${to}: ${detail}`;
}

function healthyText({ looks, apartMs, detail, from, to }: Watched): string {
  const { start, end } = spanOf(from, to);
  const pause =
    apartMs === undefined || looks < 2 ? "" : `, never more than ${(apartMs / 1_000).toFixed(1)} s between two checks`;
  const said = detail === undefined || detail === "" ? "" : `; ${detail}`;
  const times = looks === 1 ? "once" : looks === 2 ? "twice" : `${looks} times`;
  return `healthy throughout: checked ${times} in ${((end - start) / 1_000).toFixed(1)} s${pause}${said}`;
}
