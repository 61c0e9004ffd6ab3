import { ActivityFailure, CancellationScope, condition, isCancellation, TimeoutFailure } from "@temporalio/workflow";
import type { Attempt, AttemptReport } from "../domain/verdict/attempt.js";
import { onMachine, reviewing } from "./activities.js";
import type { ReviewInput, RunAttemptInput } from "./contracts.js";
import type { JobInbox } from "./job-inbox.js";

type Interruption = "service-down" | "lease-lost" | "stopped";
type Ran = { report: AttemptReport } | { error: unknown };

/**
 * Runs one attempt and returns it as it was judged.
 * If a required service goes down and does not return within the grace time, the attempt is stopped.
 * A cancellation reaches the caller only after the machine has stopped the test.
 */
export async function attemptOn(input: RunAttemptInput, inbox: JobInbox, graceMs: number): Promise<Attempt> {
  const startedAt = new Date().toISOString();
  inbox.down.clear();
  const scope = new CancellationScope();
  const run: { ended?: Ran } = {};
  const ended: Promise<Ran> = scope
    .run(() =>
      onMachine(input.lease.machine, `attempt ${input.attempt} on ${input.lease.machine}: ${input.purpose}`).runAttempt(
        input,
      ),
    )
    .then(
      (report) => (run.ended = { report }),
      (error: unknown) => (run.ended = { error }),
    );
  let interruption: Interruption | undefined;
  try {
    interruption = await interruptionOf(run, input.lease.leaseId, inbox, graceMs);
    if (interruption !== undefined) scope.cancel();
  } catch (error) {
    await CancellationScope.nonCancellable(() => ended);
    throw error;
  }
  const ran = await ended;
  if ("report" in ran && interruption === undefined && isPlain(ran.report)) return plain(ran.report, input);
  const { jobId, attempt, purpose, lease } = input;
  if ("report" in ran && interruption === undefined)
    return reviewing.reviewAttempt({ jobId, attempt, purpose, lease, report: ran.report, lost: null });
  const how = interruption ?? howLost(ran);
  const detail =
    how === "service-down"
      ? [...inbox.down].map(([service, text]) => `${service}: ${text}`).join(", ")
      : how === "stopped"
        ? (inbox.stopped.get(lease.leaseId) ?? "")
        : describe(ran);
  const lost = { how, detail, startedAt, endedAt: new Date().toISOString(), isUnconfirmed: isUnconfirmed(ran) };
  return reviewing.reviewAttempt({ jobId, attempt, purpose, lease, report: null, lost });
}

/** Waits until the run ends or must be stopped. */
async function interruptionOf(
  run: { ended?: Ran },
  leaseId: string,
  inbox: JobInbox,
  graceMs: number,
): Promise<Interruption | undefined> {
  const mustStop = () => inbox.lostLeases.has(leaseId) || inbox.stopped.has(leaseId);
  for (;;) {
    await condition(() => run.ended !== undefined || mustStop() || inbox.down.size > 0);
    if (run.ended !== undefined) return undefined;
    if (mustStop()) return inbox.stopped.has(leaseId) ? "stopped" : "lease-lost";
    const hasCalmed = await condition(() => run.ended !== undefined || mustStop() || inbox.down.size === 0, graceMs);
    if (!hasCalmed) return "service-down";
  }
}

/** Passed attempts are not reviewed. Skipped ones are, because a test may skip when a service is down. */
function isPlain({ outcome }: AttemptReport): boolean {
  return outcome === "passed";
}

function plain(report: AttemptReport, { attempt, purpose, lease }: RunAttemptInput): Attempt {
  return {
    ...report,
    number: attempt,
    purpose,
    machine: lease.machine,
    host: lease.host,
    explained: false,
    claimBacked: false,
    machineLost: false,
  };
}

function howLost(ran: Ran): NonNullable<ReviewInput["lost"]>["how"] {
  if ("report" in ran) return "lease-lost";
  const cause = ran.error instanceof ActivityFailure ? ran.error.cause : ran.error;
  if (cause instanceof TimeoutFailure) return cause.timeoutType === "SCHEDULE_TO_START" ? "not-taken" : "no-answer";
  return isCancellation(ran.error) ? "lease-lost" : "error";
}

/** Temporal lost contact with the agent: its test may still be running. */
function isUnconfirmed(ran: Ran): boolean {
  if ("report" in ran) return false;
  const cause = ran.error instanceof ActivityFailure ? ran.error.cause : ran.error;
  return cause instanceof TimeoutFailure && cause.timeoutType !== "SCHEDULE_TO_START";
}

function describe(ran: Ran): string {
  if ("report" in ran) return "";
  const cause = ran.error instanceof ActivityFailure ? (ran.error.cause ?? ran.error) : ran.error;
  return cause instanceof Error ? cause.message : String(cause);
}
