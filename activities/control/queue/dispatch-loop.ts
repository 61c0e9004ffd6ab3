import { Context } from "@temporalio/activity";
import { WorkflowNotFoundError } from "@temporalio/client";
import pg from "pg";
import { channels, type Queries } from "../../../db/connect.js";
import { readCandidates, type Runnable } from "../../../db/queue/candidates.js";
import { beginDispatch } from "../../../db/queue/dispatch.js";
import { readGridView } from "../../../db/grid/grid-view.js";
import { expireLeases, lapseOffers, type Offer, offerLeases, returnOffer } from "../../../db/queue/leases.js";
import { markWorkflowMissing } from "../../../db/queue/reconciliation.js";
import { countInFlight, endRelease } from "../../../db/queue/release-state.js";
import {
  endBackOff,
  beginPropagation,
  endPropagation,
  restoreOffered,
  propagateSome,
  type WaitingClass,
} from "../../../db/queue/waiters.js";
import { matchFairly } from "../../../domain/matching/fair-share.js";
import type { HoldReason } from "../../../domain/matching/machine-availability.js";
import type { GridView } from "../../../domain/matching/grid-view.js";
import { assess } from "../../../domain/matching/eligibility.js";
import { servicesOf } from "../../../domain/requirements/requirement.js";
import { admitSignal, jobWorkflowId, leaseLostSignal } from "../../../workflows/messages.js";
import type { ControlDependencies } from "../dependencies.js";
import { InterruptibleTimer, maxActivityMs } from "./interruptible-timer.js";
import { TaskSet } from "./task-set.js";
import { turnWindows } from "../health/maintenance-windows.js";

/** The interval of the passes if there are no notices. */
const tickMs = 2_000;
/** The shortest interval of thorough passes, see `pass`. */
const thoroughMs = 500;

/** How many classes get their reasons at the same time; the others wait for a later pass. */
const classesAtOnce = 3;

export function createDispatchLoop(dependencies: ControlDependencies) {
  const { database, databaseUrl, client, newId } = dependencies;

  /** The dispatch loop: one pass at each notice, and every few seconds. */
  async function admitJobs(): Promise<void> {
    const context = Context.current();
    const ends = Date.now() + maxActivityMs;
    const listener = await listen(databaseUrl);
    const clock = new InterruptibleTimer(context.cancelled);
    const tasks = new TaskSet();
    let lookedAt = 0;
    try {
      while (Date.now() < ends) {
        context.heartbeat();
        tasks.throwIfFailed();
        const heard = listener.next();
        heard.catch(() => undefined);
        const isThorough = Date.now() - lookedAt >= thoroughMs;
        if (isThorough) lookedAt = Date.now();
        await pass(isThorough, tasks);
        await clock.wait(tickMs, heard);
      }
    } finally {
      await tasks.end();
      await listener.close();
    }
  }

  /**
   * One pass: jobs that can run get leases. Jobs held by a maintenance window get them in the pass that records its end.
   * A thorough pass also takes lapsed leases back, and updates the reasons of all classes even if no slot is free.
   */
  async function pass(isThorough: boolean, tasks: TaskSet): Promise<void> {
    const { offers, lost, stale } = await database.transaction().execute(async (transaction) => {
      const none = { offers: [], lost: [], stale: [] };
      const state = await beginDispatch(transaction);
      if (state === undefined) return none;
      await turnWindows(transaction);
      const lost = isThorough ? await withdrawLapsed(transaction) : [];
      const grid = await readGridView(transaction);
      const fit = grid.machines.filter(({ online, draining }) => online && !draining);
      const freeSlots = Object.fromEntries(
        fit.map(({ name, slots }) => [name, Math.max(0, slots - (state.onMachine[name] ?? 0))]),
      );
      const free = Object.values(freeSlots).reduce((total, slots) => total + slots, 0);
      if (free === 0 && !isThorough) return { ...none, lost };
      const { runnable, stale } = assessClasses(state.classes, grid);
      const releaseLeft = await remainingReleases(transaction, grid, state.classes);
      if (free === 0 || runnable.size === 0) return { offers: [], lost, stale };
      const candidates = await readCandidates(transaction, runnable, free * 4);
      const matches = matchFairly(candidates, {
        freeSlots,
        runningOf: state.ofSubmitter,
        releaseLeft,
        taken: state.taken,
      });
      return { offers: await offerLeases(transaction, matches, matches.map(newId)), lost, stale };
    });
    // These updates take longer than the pass itself, so the next pass does not wait for them.
    for (const offer of offers) tasks.add(`offer ${offer.lease.leaseId}`, () => signalOffer(offer));
    for (const { jobId, leaseId } of lost) tasks.add(`lost ${leaseId}`, () => signalLost(jobId, leaseId));
    for (const { name, reasons } of stale)
      if (tasks.count("class") < classesAtOnce) tasks.add(`class ${name}`, () => propagate(name, reasons));
  }

  async function withdrawLapsed(queries: Queries): Promise<{ jobId: string; leaseId: string }[]> {
    await lapseOffers(queries);
    await restoreOffered(queries);
    await endBackOff(queries);
    return expireLeases(queries);
  }

  /** The classes that can run, and those whose waiters need new reasons. */
  function assessClasses(classes: readonly WaitingClass[], grid: GridView) {
    const runnable = new Map<string, Runnable>();
    const stale: { name: string; reasons: HoldReason[] }[] = [];
    const released = new Set(grid.services.filter(({ release }) => release !== null).map(({ name }) => name));
    for (const waiting of classes) {
      const assessment = assess(waiting.definition, grid);
      if (!waiting.isPropagated || !sameReasons(waiting.reasons, assessment.reasons))
        stale.push({ name: waiting.class, reasons: assessment.reasons });
      const services = servicesOf(waiting.definition.requirements);
      const releasing = services.filter((name) => released.has(name));
      const uses = services.map((name) => `service:${name}`);
      if (assessment.reasons.length === 0) runnable.set(waiting.class, { assessment, releasing, uses });
    }
    return { runnable, stale };
  }

  /** Propagates changed reasons to the waiters of a class, in batches. */
  async function propagate(name: string, reasons: readonly HoldReason[]): Promise<void> {
    const version = await beginPropagation(database, name, reasons);
    for (let after: number | undefined = 0; after !== undefined;) {
      const from: number = after;
      after = await database
        .transaction()
        .execute((transaction) => propagateSome(transaction, { name, version }, reasons, from));
    }
    await endPropagation(database, name, version);
  }

  /**
   * How many more jobs each recovering service releases now. A service releases all jobs if it may release enough to fill the
   * grid, or if no job waits for it or uses it.
   */
  async function remainingReleases(
    queries: Queries,
    grid: GridView,
    classes: readonly WaitingClass[],
  ): Promise<Record<string, number>> {
    const released = grid.services.filter(({ release }) => release !== null);
    if (released.length === 0) return {};
    const slots = grid.machines.reduce((total, machine) => total + machine.slots, 0);
    const awaited = new Set(classes.flatMap(({ definition }) => servicesOf(definition.requirements)));
    const inFlight = await countInFlight(
      queries,
      released.map(({ name }) => name),
    );
    const open = released
      .filter(({ name, release }) => release! >= slots || (!awaited.has(name) && (inFlight[name] ?? 0) === 0))
      .map(({ name }) => name);
    if (open.length > 0) await endRelease(queries, open);
    return Object.fromEntries(
      released.map(({ name, release }) => [
        name,
        open.includes(name) ? Number.POSITIVE_INFINITY : release! - (inFlight[name] ?? 0),
      ]),
    );
  }

  /** Signals a job that it has a lease. If that fails, the offer is withdrawn; the reconciler handles the job. */
  async function signalOffer(offer: Offer): Promise<void> {
    try {
      await client.workflow
        .getHandle(jobWorkflowId(offer.jobId))
        .signal(admitSignal, { parking: offer.parking, lease: offer.lease });
    } catch (error) {
      await returnOffer(database, offer);
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      await markWorkflowMissing(database, offer.jobId);
    }
  }

  async function signalLost(jobId: string, leaseId: string): Promise<void> {
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

/** Listens for notices to the dispatch loop on a separate connection. */
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
