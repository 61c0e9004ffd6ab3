import { type Place, preferNot } from "./placement.js";

/**
 * What goes first. What watches a service goes before all: jobs are held by what it says. What proves a verdict goes
 * before its submitter's first runs, and before those of whoever has as much running: an alarm must not wait behind the
 * queue, and nobody else's job longer than the share of that submitter lasts.
 */
export const priorities = { watch: 20, proof: 10, test: 0 } as const;

/** A waiter that may run now on any of `eligible`. `sequence` is the order of arrival. */
export interface Candidate {
  jobId: string;
  submitter: string;
  /** One of `priorities`. */
  priority: number;
  sequence: number;
  eligible: Place[];
  avoid: string[];
  /** Services that it needs and that are being released step by step. */
  releasing: string[];
  /** What it uses while it runs: `service:<name>`. */
  uses: string[];
  /** What nobody else may use meanwhile: `service:<name>`, `host` for the host that it gets, `<name>@host` for a part of it. */
  exclusive: string[];
  /** How often it has disturbed its environment. */
  disturbances: number;
}

/** What is in use, each as `service:<name>` or `host:<name>`; of `exclusive` nobody else may use anything. */
export interface Taken {
  uses: string[];
  exclusive: string[];
}

export interface Match extends Taken {
  jobId: string;
  machine: string;
}

/** What is available at one moment. */
export interface Supply {
  /** Slots free on each machine. */
  freeSlots: Readonly<Record<string, number>>;
  /** Jobs running now for each submitter. */
  runningOf: Readonly<Record<string, number>>;
  /** How many more jobs each service that is being released lets through now. */
  releaseLeft: Readonly<Record<string, number>>;
  taken: Taken;
}

/**
 * Gives free slots to candidates: what watches a service, then the submitter with the fewest running jobs, then what
 * proves a verdict, then age.
 * A job that needs something for itself alone gets it at its turn: from then on no other job takes it, until all that
 * use it now have ended.
 */
export function matchFairly(candidates: readonly Candidate[], supply: Supply): Match[] {
  const free = new Map(Object.entries(supply.freeSlots).filter(([, slots]) => slots > 0));
  const running = new Map(Object.entries(supply.runningOf));
  const left = new Map(Object.entries(supply.releaseLeft));
  const inUse = new Set(supply.taken.uses);
  const kept = new Set(supply.taken.exclusive);
  const queue = [...candidates];
  const matches: Match[] = [];
  while (free.size > 0 && queue.length > 0) {
    const next = takeNext(queue, running);
    if (next.releasing.some((service) => (left.get(service) ?? 0) <= 0)) continue;
    const usable = next.eligible.filter((place) => !needsOf(next, place).uses.some((name) => kept.has(name)));
    const quiet = usable.filter((place) => !needsOf(next, place).exclusive.some((name) => inUse.has(name)));
    const place = freest(preferNot(quiet, next.avoid), free);
    if (place === undefined) {
      // Nobody else takes up what it needs alone on the place that it would get.
      const [wanted] = preferNot(usable, next.avoid);
      if (quiet.length === 0 && wanted !== undefined)
        for (const name of needsOf(next, wanted).exclusive) kept.add(name);
      continue;
    }
    const slots = (free.get(place.name) ?? 0) - 1;
    if (slots > 0) free.set(place.name, slots);
    else free.delete(place.name);
    for (const service of next.releasing) left.set(service, (left.get(service) ?? 0) - 1);
    running.set(next.submitter, (running.get(next.submitter) ?? 0) + 1);
    const needs = needsOf(next, place);
    for (const name of needs.uses) inUse.add(name);
    for (const name of needs.exclusive) kept.add(name);
    matches.push({ jobId: next.jobId, machine: place.name, ...needs });
  }
  return matches;
}

/** What a candidate would use on a place, what it keeps for itself included. */
function needsOf({ uses, exclusive }: Candidate, { host }: Place): Taken {
  const own = exclusive.map((name) => (name === "host" ? `host:${host}` : name.replace(/@host$/, `@host:${host}`)));
  return { uses: [...new Set([...uses, ...own, `host:${host}`])], exclusive: own };
}

function takeNext(queue: Candidate[], running: ReadonlyMap<string, number>): Candidate {
  let best = 0;
  for (let index = 1; index < queue.length; index++) {
    if (goesBefore(queue[index]!, queue[best]!, running)) best = index;
  }
  return queue.splice(best, 1)[0]!;
}

function goesBefore(left: Candidate, right: Candidate, running: ReadonlyMap<string, number>): boolean {
  if (isWatch(left) !== isWatch(right)) return isWatch(left);
  // While a service is tried again, jobs that have not disturbed it go first (docs/verdict.md, section 4).
  const disturbed = disturbancesWhileReleasing(left) - disturbancesWhileReleasing(right);
  if (disturbed !== 0) return disturbed < 0;
  const share = (running.get(left.submitter) ?? 0) - (running.get(right.submitter) ?? 0);
  if (share !== 0) return share < 0;
  return left.priority === right.priority ? left.sequence < right.sequence : left.priority > right.priority;
}

function isWatch({ priority }: Candidate): boolean {
  return priority === priorities.watch;
}

function disturbancesWhileReleasing({ releasing, disturbances }: Candidate): number {
  return releasing.length === 0 ? 0 : disturbances;
}

function freest(places: readonly Place[], free: ReadonlyMap<string, number>): Place | undefined {
  let best: Place | undefined;
  for (const place of places) {
    const slots = free.get(place.name);
    if (slots !== undefined && (best === undefined || slots > free.get(best.name)!)) best = place;
  }
  return best;
}
