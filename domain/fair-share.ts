import { type Place, preferNot } from "./places.js";

/** A waiter that may run now on any of `eligible`. `sequence` is the order of arrival. */
export interface Candidate {
  jobId: string;
  submitter: string;
  priority: number;
  sequence: number;
  eligible: Place[];
  avoid: string[];
  /** Services that it needs and that are being released step by step. */
  gates: string[];
}

export interface Match {
  jobId: string;
  machine: string;
}

/**
 * Gives free slots to candidates: highest priority first, then the submitter with the fewest running jobs, then age.
 * @param freeSlots slots free on each machine
 * @param runningOf jobs running now for each submitter
 * @param gateLeft how many more jobs each service that is being released lets through now
 */
export function matchFairly(
  candidates: readonly Candidate[],
  freeSlots: Readonly<Record<string, number>>,
  runningOf: Readonly<Record<string, number>>,
  gateLeft: Readonly<Record<string, number>> = {},
): Match[] {
  const free = new Map(Object.entries(freeSlots).filter(([, slots]) => slots > 0));
  const running = new Map(Object.entries(runningOf));
  const left = new Map(Object.entries(gateLeft));
  const queue = [...candidates];
  const matches: Match[] = [];
  while (free.size > 0 && queue.length > 0) {
    const next = takeNext(queue, running);
    if (next.gates.some((gate) => (left.get(gate) ?? 0) <= 0)) continue;
    const machine = freest(preferNot(next.eligible, next.avoid), free);
    if (machine === undefined) continue;
    const slots = (free.get(machine) ?? 0) - 1;
    if (slots > 0) free.set(machine, slots);
    else free.delete(machine);
    for (const gate of next.gates) left.set(gate, (left.get(gate) ?? 0) - 1);
    running.set(next.submitter, (running.get(next.submitter) ?? 0) + 1);
    matches.push({ jobId: next.jobId, machine });
  }
  return matches;
}

function takeNext(queue: Candidate[], running: ReadonlyMap<string, number>): Candidate {
  let best = 0;
  for (let index = 1; index < queue.length; index++) {
    if (goesBefore(queue[index]!, queue[best]!, running)) best = index;
  }
  return queue.splice(best, 1)[0]!;
}

function goesBefore(left: Candidate, right: Candidate, running: ReadonlyMap<string, number>): boolean {
  if (left.priority !== right.priority) return left.priority > right.priority;
  const share = (running.get(left.submitter) ?? 0) - (running.get(right.submitter) ?? 0);
  return share === 0 ? left.sequence < right.sequence : share < 0;
}

function freest(places: readonly Place[], free: ReadonlyMap<string, number>): string | undefined {
  let best: string | undefined;
  for (const { name } of places) {
    if (free.has(name) && (best === undefined || free.get(name)! > free.get(best)!)) best = name;
  }
  return best;
}
