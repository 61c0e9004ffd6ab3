import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  setHandler,
  uuid4,
  workflowInfo,
} from "@temporalio/workflow";
import { cancelled, holdExpired, unsatisfiable } from "../domain/verdict/endings.js";
import type { Attempt } from "../domain/verdict/attempt.js";
import type { NextAttempt, Ending } from "../domain/verdict/decision.js";
import { judge } from "../domain/verdict/judge.js";
import { control, promptly } from "./activities.js";
import type { FinishedAttempt, Parked, TestJobInput, TestJobResult } from "./contracts.js";
import { openInbox, type JobInbox } from "./job-inbox.js";
import { openJobOrders } from "./job-orders.js";
import {
  describeParking,
  describeRun,
  waitsFor,
  showEnd,
  showHeld,
  showRunning,
  showVerifying,
} from "./job-display.js";
import { extendHoldUpdate, type LeaseOffer, statusQuery, type JobStatus } from "./messages.js";
import { attemptOn } from "./run-attempt.js";

const longestExtensionMs = 10 * 365 * 86_400_000;
/** The longest pause before the budget is read again while none of it is spent. */
const longestBudgetPauseMs = 600_000;

/**
 * One test in one variant, from submission to verdict.
 * 1. Its state is in PostgreSQL; a new run of this workflow continues where the last one was.
 * 2. Each stay in the queue has its own ticket (`parking`); an offer for another one is ignored.
 * 3. Even if it is cancelled, it ends with a verdict and a mail.
 */
export async function testJob(input: TestJobInput): Promise<TestJobResult> {
  const life = new CancellationScope();
  const inbox = openInbox(() => life.cancel());
  const status: JobStatus = { state: "analysing", parking: null, reasons: [], budget: null, lease: null, attempts: [] };
  openJobOrders(input.jobId, inbox);
  setHandler(statusQuery, () => status, { description: "State, reasons, hold budget and attempts of the job." });
  setHandler(
    extendHoldUpdate,
    async ({ byMs, by = "an update", reason = "" }) =>
      (await control.extendHoldBudget({ jobId: input.jobId, byMs, by, reason, orderId: uuid4() })).leftMs,
    {
      description: "Gives the job more hold budget. Input: { byMs }, in milliseconds. Answers with what is left then.",
      validator: (request) => {
        if (!(Number.isSafeInteger(request?.byMs) && request.byMs > 0 && request.byMs <= longestExtensionMs))
          throw new Error('extendHold needs { "byMs": <a whole number of milliseconds, of ten years at most> }');
      },
    },
  );
  try {
    return await afterHandlers(await life.run(() => runJob(input, inbox, status)));
  } catch (error) {
    if (!isCancellation(error)) throw error;
    const by = inbox.cancelledBy ?? "a request to Temporal";
    return await afterHandlers(
      await CancellationScope.nonCancellable(() => end(input, cancelled(by, now()), null, status)),
    );
  }
}

/** Waits until every order and update has been handled, then returns the value. */
async function afterHandlers<T>(value: T): Promise<T> {
  await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  return value;
}

async function runJob(input: TestJobInput, inbox: JobInbox, status: JobStatus): Promise<TestJobResult> {
  // Tickets sort by time, so that PostgreSQL can refuse late requests of a process that was frozen.
  const newParking = () => `${now()}/${uuid4()}`;
  let parking = newParking();
  const opened = await promptly("analyse", { jobId: input.jobId, parking });
  if (opened.kind === "finished") return { verdict: opened.verdict };
  if (opened.kind === "ending") return end(input, opened.ending, null, status);
  const { policy, graceMs } = opened;
  let { parked, next, nextAttempt } = opened;
  status.attempts = opened.attempts;
  for (;;) {
    let last: FinishedAttempt | null = null;
    if (!next.waits) {
      const lease = await admission(input, parking, parked, next, inbox, status);
      if (isEnding(lease)) return end(input, lease, null, status);
      showRunning(status, lease, describeRun(next, lease, nextAttempt));
      const attempt = await attemptOn(
        { jobId: input.jobId, attempt: nextAttempt++, purpose: next.purpose, timeoutFactor: next.timeoutFactor, lease },
        inbox,
        graceMs,
      );
      // A test with exclusive use of the host shares it with no other test.
      const hasHostAlone = (next.exclusive as string[] | undefined)?.includes("host") === true;
      const known = hasHostAlone ? { siblings: [], ...attempt } : attempt;
      status.attempts = [...status.attempts, known];
      last = { leaseId: lease.leaseId, attempt: known };
    }
    const folded = await comparisonResult(input.jobId, parked, next, nextAttempt, inbox, status);
    if (folded !== null) status.attempts = [...status.attempts, { ...folded, number: nextAttempt++ }];
    const decision = judge(status.attempts, policy);
    if (decision.kind === "ending") return end(input, decision, last, status);
    next = decision;
    parking = newParking();
    const result = await promptly("park", { jobId: input.jobId, parking, next, last });
    if (result.kind === "finished") return { verdict: result.verdict };
    if (result.kind === "anew") return afterHandlers(null).then(() => continueAsNew<typeof testJob>(input));
    parked = result.parked;
    // The state is in PostgreSQL, and a new run enters the queue again: nothing needs to be carried over.
    if (workflowInfo().continueAsNewSuggested)
      await afterHandlers(null).then(() => continueAsNew<typeof testJob>(input));
  }
}

/** How long to wait for the signal of a comparison run before its result is read: the signal may have been lost. */
const readComparisonMs = 3_600_000;

/**
 * The result of the comparison run as an attempt. If the job can only wait for it, this waits. Otherwise it is null while
 * the run lasts.
 */
async function comparisonResult(
  jobId: string,
  parked: Parked,
  next: NextAttempt,
  number: number,
  inbox: JobInbox,
  status: JobStatus,
): Promise<Attempt | null> {
  const companion = parked.companion?.jobId;
  if (companion === undefined) return null;
  if (parked.companion?.ended === true) inbox.endedComparisons.add(companion);
  const hasEnded = () => inbox.endedComparisons.has(companion);
  if (!next.waits && !hasEnded()) return null;
  for (;;) {
    if (next.waits) {
      Object.assign(status, { state: "verifying", reasons: [], lease: null });
      showVerifying(companion, next);
      await condition(hasEnded, readComparisonMs);
    }
    const folded = await control.collectCompanion({ jobId, companion, number });
    if (folded !== null || !next.waits) return folded;
    inbox.endedComparisons.delete(companion);
  }
}

/** Waits for a machine. Held time counts against the budget. When the budget is used up, the job ends. */
async function admission(
  input: TestJobInput,
  parking: string,
  parked: Parked,
  next: NextAttempt,
  inbox: JobInbox,
  status: JobStatus,
): Promise<LeaseOffer | Ending> {
  Object.assign(status, {
    state: parked.held ? "held" : "waiting",
    parking,
    reasons: parked.reasons,
    budget: parked.budget,
    lease: null,
  });
  showHeld(parked, describeParking(parked, next, now()));
  let { leftMs, ends } = parked.budget;
  let waitMs = leftMs;
  // An offer for a later ticket means that Temporal was restored to an earlier state of this job, and PostgreSQL was not.
  const isBehind = () => [...inbox.offers.keys()].some((other) => other > parking);
  for (;;) {
    const isAdmitted = await condition(() => inbox.offers.has(parking) || isBehind(), Math.max(waitMs, 1_000), {
      summary: waitsFor(parked),
    });
    if (isBehind()) await afterHandlers(null).then(() => continueAsNew<typeof testJob>(input));
    if (isAdmitted) return inbox.offers.get(parking)!;
    const leftBefore = leftMs;
    ({ leftMs, ends } = await control.readHoldBudget({ jobId: input.jobId }));
    // While the job is paused, or waits for a busy machine, a small rest of the budget may last for a long time.
    waitMs =
      leftMs < leftBefore ? leftMs : Math.max(leftMs, Math.min(2 * Math.max(waitMs, 1_000), longestBudgetPauseMs));
    if (leftMs <= 0) return ends === "unsatisfiable" ? unsatisfiable(now()) : holdExpired(now());
  }
}

async function end(
  input: TestJobInput,
  ending: Ending,
  last: FinishedAttempt | null,
  status: JobStatus,
): Promise<TestJobResult> {
  // A verdict is reported even if somebody cancels at this moment.
  const { verdict } = await CancellationScope.nonCancellable(() =>
    promptly("finish", { jobId: input.jobId, ending, last }),
  );
  // The database has changed since this run read the attempts: a new run reads them again.
  if (verdict === null) return afterHandlers(null).then(() => continueAsNew<typeof testJob>(input));
  showEnd(status, verdict, ending);
  return { verdict };
}

function isEnding(value: LeaseOffer | Ending): value is Ending {
  return "verdict" in value;
}

function now(): string {
  return new Date().toISOString();
}
