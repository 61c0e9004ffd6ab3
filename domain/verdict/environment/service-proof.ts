import { serviceCheck } from "../checks.js";
import type { ProbeResult } from "../../health/health.js";
import type { Interval } from "../../time/interval.js";
import type { ServiceState, Severity } from "../../states.js";
import type { EvidenceLine } from "../attempt.js";
import { reachOf, type BadInterval, touches } from "./bad-interval.js";

/** What the health monitor knows about one required service. Times are ISO, by the grid's clock. */
export interface ServiceProof {
  name: string;
  /** Who watches it: the machine, unless only the control worker does. */
  from: "control" | "machine" | "both";
  /** A service that is at worst `degraded` makes no run dirty. */
  severity: Severity;
  state: ServiceState;
  since: string;
  /** Why it is exempt from the proof; null if it is not. */
  excuse: string | null;
  /** It was not probed recently. */
  isStale: boolean;
  lastGoodAt: string | null;
  /** Its outages. */
  outages: readonly BadInterval[];
  /** Times in which at least one probe of the control worker failed; only for a service that no machine watches. */
  failedProbes: readonly BadInterval[];
  /** Times without a watch; only for a service that no machine watches. */
  gaps: readonly BadInterval[];
  /** The probe right after the attempt; null if the control worker cannot make one. */
  probed: ProbeResult | null;
}

/** Every time in which the service was broken, as far as the control worker knows. */
export function badIntervals({
  from,
  outages,
  failedProbes,
  probed,
  state,
  since,
  lastGoodAt,
}: ServiceProof): BadInterval[] {
  const spells: BadInterval[] = [...outages, ...failedProbes];
  const open = (at: string, detail: string): BadInterval => ({
    from: earlier(lastGoodAt, at),
    since: at,
    to: null,
    detail,
  });
  if (probed?.ok === false) spells.push(open(probed.at, `probed after the attempt: ${probed.detail}`));
  if (from !== "machine" && state === "down" && !outages.some(({ to }) => to === null))
    spells.push(open(since, "is down"));
  return spells;
}

/** The lines of one service. @param window the time of proof by the grid's clock, widened by the possible error of the clocks */
export function judgeService(service: ServiceProof, window: Interval, at: string): EvidenceLine[] {
  const { name, from, severity, state, since, excuse, isStale, gaps, probed } = service;
  const check = serviceCheck(name);
  if (excuse !== null) return [{ check, result: "note", detail: excuse, at }];
  const spells = badIntervals(service);
  const isInside = (spell: BadInterval) => touches(reachOf(spell), window);
  const bad = severity === "down" ? spells.filter(isInside) : [];
  const lines = bad.map((spell): EvidenceLine => ({ check, result: "bad", detail: spellText(spell), at: spell.since }));
  if (from !== "machine" && (state === "unknown" || isStale))
    lines.push({ check, result: "unknown", detail: `was not probed recently (${state} since ${since})`, at });
  for (const gap of gaps.filter(isInside))
    lines.push({ check, result: "unknown", detail: `not watched: ${spellText(gap)}`, at: gap.since });
  if (lines.length > 0) return lines;
  const [harmless] = spells;
  if (harmless !== undefined) {
    const why = severity === "degraded" ? "holds no job" : "outside the time of proof";
    lines.push({ check, result: "note", detail: `${why}: ${spellText(harmless)}`, at: harmless.since });
  }
  // A service that only machines watch has a line from its machine. A service that is broken by now has a note.
  if (from === "machine" || probed?.ok === false || state === "down") return lines;
  const after = probed === null ? "" : ", and when probed after the attempt";
  return [{ check, result: "good", detail: `${state} since ${since}${after}`, at: probed?.at ?? at }, ...lines];
}

function spellText({ since, from, to, detail }: BadInterval): string {
  const end = to === null ? "and ongoing" : `until ${to}`;
  return `since ${since} (last seen good at ${from}) ${end}: ${detail}`;
}

function earlier(known: string | null, at: string): string {
  return known !== null && known < at ? known : at;
}
