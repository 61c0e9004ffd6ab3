import { type Place, preferNot } from "./placement.js";

/**
 * The priorities of jobs. A test that watches a service goes first, because its result decides which jobs are held. A run that
 * proves a verdict goes before first runs of its submitter, and of submitters with as many running jobs: an alarm must not wait
 * behind the queue. It does not go before a submitter with fewer running jobs.
 */
export const priorities = { watch: 20, proof: 10, test: 0 } as const;

/** A waiting job that may run now on any of `eligible`. `sequence` is the order of arrival. */
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
  /**
   * What no other job may use meanwhile: `service:<name>`, `host` for the host that it gets, `<name>@host` for a part of
   * that host.
   */
  exclusive: string[];
  /** How often it has disturbed its environment. */
  disturbances: number;
}

/** Resources in use, each as `service:<name>` or `host:<name>`. No other job may use those in `exclusive`. */
export interface ResourcesInUse {
  uses: string[];
  exclusive: string[];
}

export interface Match extends ResourcesInUse {
  jobId: string;
  machine: string;
}

/** The free and used resources at one moment. */
export interface Supply {
  /** Free slots of each machine. */
  freeSlots: Readonly<Record<string, number>>;
  /** Jobs running now for each submitter. */
  runningOf: Readonly<Record<string, number>>;
  /** How many more jobs each service that is being released lets through now. */
  releaseLeft: Readonly<Record<string, number>>;
  taken: ResourcesInUse;
}

/**
 * Gives free slots to candidates in this order: tests that watch a service, then the submitter with the fewest running jobs, then
 * runs that prove a verdict, then the oldest. Jobs that disturbed their environment come later while a service is released.
 * A job that needs something exclusively reserves it at its turn: no other job takes it until all its current users have ended.
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
      // From now on no other job takes what this one needs exclusively at the place that it would get.
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

/** What a candidate would use at a place, including what it needs exclusively. */
function needsOf({ uses, exclusive }: Candidate, { host }: Place): ResourcesInUse {
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
  // While a service is released step by step, jobs with fewer disturbances go first (docs/verdict.md, section 4).
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
