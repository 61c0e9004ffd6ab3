import { Context } from "@temporalio/activity";
import { WorkflowNotFoundError } from "@temporalio/client";
import { sql } from "kysely";
import pg from "pg";
import { channels, type Queries } from "../db/connect.js";
import { readGridView } from "../db/grid-view.js";
import { expireLeases, lapseOffers, type Offer, offerLeases, returnOffer, tryDispatchLock } from "../db/leases.js";
import { countInFlight, endRelease } from "../db/release.js";
import {
  endBackOff,
  restoreOffered,
  readCandidates,
  readLoad,
  readWaitingClasses,
  type Runnable,
  settleClass,
  type WaitingClass,
} from "../db/waiters.js";
import { matchFairly } from "../domain/fair-share.js";
import type { HoldReason } from "../domain/fitness.js";
import type { GridView } from "../domain/grid-view.js";
import { assess } from "../domain/matching.js";
import { servicesOf } from "../domain/requirement.js";
import { admitSignal, jobWorkflowId, leaseLostSignal } from "../workflows/messages.js";
import type { ControlDependencies } from "./dependencies.js";
import { turnWindows } from "./windows.js";

const shiftMs = 6 * 3_600_000;
/** Without a notice the loop looks again after this time. */
const tickMs = 2_000;
/** How often lapsed leases and the reasons of all classes are looked at, while no machine is free. */
const thoroughMs = 500;

export function createAdmission(dependencies: ControlDependencies) {
  const { database, databaseUrl, client, newId } = dependencies;

  /** The dispatch loop: one pass whenever something may have become possible, and every few seconds. */
  async function admitJobs(): Promise<void> {
    const context = Context.current();
    const ends = Date.now() + shiftMs;
    const listener = await listen(databaseUrl);
    let lookedAt = 0;
    try {
      while (Date.now() < ends) {
        context.heartbeat();
        const heard = listener.next();
        heard.catch(() => undefined);
        const isThorough = Date.now() - lookedAt >= thoroughMs;
        if (isThorough) lookedAt = Date.now();
        await pass(isThorough);
        await Promise.race([heard, new Promise((resolve) => setTimeout(resolve, tickMs)), context.cancelled]);
      }
    } finally {
      await listener.close();
    }
  }

  /** One pass: what can run gets a lease. A thorough one also takes back what lapsed and tells every class why it cannot run. */
  async function pass(isThorough: boolean): Promise<void> {
    const { offers, lost } = await database.transaction().execute(async (transaction) => {
      if (!(await tryDispatchLock(transaction))) return { offers: [], lost: [] };
      const lost = isThorough ? await takeBack(transaction) : [];
      const grid = await readGridView(transaction);
      const load = await readLoad(transaction);
      const fit = grid.machines.filter(({ online, draining }) => online && !draining);
      const freeSlots = Object.fromEntries(
        fit.map(({ name, slots }) => [name, Math.max(0, slots - (load.onMachine[name] ?? 0))]),
      );
      const free = Object.values(freeSlots).reduce((total, slots) => total + slots, 0);
      if (free === 0 && !isThorough) return { offers: [], lost };
      const runnable = await settle(transaction, grid);
      if (free === 0 || runnable.size === 0) return { offers: [], lost };
      const gateLeft = await openGates(transaction, grid);
      const candidates = await readCandidates(transaction, runnable, free * 4);
      const matches = matchFairly(candidates, freeSlots, load.ofSubmitter, gateLeft);
      return { offers: await offerLeases(transaction, matches, matches.map(newId)), lost };
    });
    await Promise.all([...offers.map(admit), ...lost.map(({ jobId, leaseId }) => tellLost(jobId, leaseId))]);
  }

  async function takeBack(queries: Queries): Promise<{ jobId: string; leaseId: string }[]> {
    await turnWindows(queries);
    await lapseOffers(queries);
    await restoreOffered(queries);
    await endBackOff(queries);
    return expireLeases(queries);
  }

  /** Carries changed reasons to the waiters of each class; gives the classes that can run. */
  async function settle(queries: Queries, grid: GridView): Promise<Map<string, Runnable>> {
    const runnable = new Map<string, Runnable>();
    const released = new Set(grid.services.filter(({ release }) => release !== null).map(({ name }) => name));
    for (const waiting of await readWaitingClasses(queries)) {
      const assessment = assess(waiting.definition, grid);
      if (!waiting.settled || !sameReasons(waiting.reasons, assessment.reasons))
        await settleClass(queries, waiting.class, assessment.reasons);
      const gates = servicesOf(waiting.definition.requirements).filter((name) => released.has(name));
      if (assessment.reasons.length === 0) runnable.set(waiting.class, { assessment, gates });
    }
    return runnable;
  }

  /** How many more jobs each service that has come back lets through now. One that can fill the grid lets all through. */
  async function openGates(queries: Queries, grid: GridView): Promise<Record<string, number>> {
    const released = grid.services.filter(({ release }) => release !== null);
    if (released.length === 0) return {};
    const slots = grid.machines.reduce((total, machine) => total + machine.slots, 0);
    const open = released.filter(({ release }) => release! >= slots).map(({ name }) => name);
    if (open.length > 0) await endRelease(queries, open);
    const inFlight = await countInFlight(
      queries,
      released.map(({ name }) => name),
    );
    return Object.fromEntries(
      released.map(({ name, release }) => [
        name,
        open.includes(name) ? Number.POSITIVE_INFINITY : release! - (inFlight[name] ?? 0),
      ]),
    );
  }

  /** Tells a job of its lease. An offer that cannot be told is given back; the reconciler looks after the job. */
  async function admit(offer: Offer): Promise<void> {
    try {
      await client.workflow
        .getHandle(jobWorkflowId(offer.jobId))
        .signal(admitSignal, { parking: offer.parking, lease: offer.lease });
    } catch (error) {
      await returnOffer(database, offer);
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      await sql`update jobs set changed_at = 'epoch' where job_id = ${offer.jobId} and verdict is null`.execute(
        database,
      );
    }
  }

  async function tellLost(jobId: string, leaseId: string): Promise<void> {
    await client.workflow
      .getHandle(jobWorkflowId(jobId))
      .signal(leaseLostSignal, { leaseId })
      .catch((error: unknown) => {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      });
  }

  return { admitJobs };
}

function sameReasons(left: WaitingClass["reasons"], right: readonly HoldReason[]): boolean {
  const key = (reasons: readonly HoldReason[]) =>
    reasons
      .map(({ reason, service }) => `${reason} ${service ?? ""}`)
      .sort()
      .join();
  return key(left) === key(right);
}

/** Listens for notices to the dispatch loop on a connection of its own. */
async function listen(databaseUrl: string) {
  const client = new pg.Client({ connectionString: databaseUrl, keepAlive: true });
  let wake: (() => void) | undefined;
  let isHeard = false;
  let failure: Error | undefined;
  const hear = () => {
    isHeard = true;
    wake?.();
  };
  client.on("notification", hear);
  client.on("error", (error) => {
    failure = error;
    hear();
  });
  await client.connect();
  await client.query(`listen ${channels.dispatch}`);
  return {
    /** Resolves at the next notice, or at once if there was one since the last call. @throws the error of a broken connection */
    async next(): Promise<void> {
      if (!isHeard) await new Promise<void>((resolve) => (wake = resolve));
      isHeard = false;
      if (failure !== undefined) throw failure;
    },
    close: () => client.end().catch(() => undefined),
  };
}
