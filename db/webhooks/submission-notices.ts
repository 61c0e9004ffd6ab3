import { sql } from "kysely";
import { type CommitState, finalState } from "../../domain/webhooks/commit-status.js";
import type { WebhookEvent } from "../../domain/webhooks/webhook-message.js";
import type { GridEvent } from "../events/events.js";
import type { Queries } from "../connect.js";
import type { WebhookNotice } from "./webhook-notice.js";

interface SubmissionFacts {
  project: string;
  branch: string;
  revision: string;
  owner: string;
  state: string;
  /** Whether a job has no verdict. */
  isOpen: boolean;
  /** Jobs by verdict; null while one has none. */
  counts: Partial<Record<"pass" | "fail" | "abort", number>> | null;
  jobs: number;
  /** Jobs of skipped tests. They are part of the aborted ones. */
  skipped: number;
}

/** The message that a person's submission has its jobs now. */
export async function startedNotices(queries: Queries, event: GridEvent, publicUrl: string): Promise<WebhookNotice[]> {
  if (event.state !== "expanded") return [];
  const facts = await readFacts(queries, event.subject);
  if (facts === undefined || facts.jobs === 0) return [];
  const text = `${facts.jobs} ${facts.jobs === 1 ? "job waits or runs" : "jobs wait or run"}`;
  return [notice("submission.started", event.subject, facts, event.at, "pending", text, publicUrl)];
}

/** The message about a submission when one of its jobs ends. @param failing the test, if it failed @param at ISO */
export async function endedNotices(
  queries: Queries,
  submissionId: string,
  at: string,
  failing: string | null,
  publicUrl: string,
): Promise<WebhookNotice[]> {
  const facts = await readFacts(queries, submissionId);
  if (facts === undefined) return [];
  if (facts.isOpen || facts.counts === null)
    return failing === null
      ? []
      : [notice("submission.failing", submissionId, facts, at, "failure", `${failing} failed`, publicUrl)];
  const { pass = 0, fail = 0, abort = 0 } = facts.counts;
  const { skipped } = facts;
  const { state, description } = finalState({ passed: pass, failed: fail, skipped, aborted: abort - skipped });
  return [notice("submission.finished", submissionId, facts, at, state, description, publicUrl)];
}

function notice(
  type: WebhookEvent,
  submissionId: string,
  { project, branch, revision, owner, counts }: SubmissionFacts,
  at: string,
  state: CommitState,
  description: string,
  publicUrl: string,
): WebhookNotice {
  const link = `${publicUrl}/submissions/${submissionId}`;
  return {
    // A failure that is overturned later is reported again.
    about: `${type} ${submissionId} ${state}`,
    project,
    message: {
      type,
      timestamp: at,
      text: `${project} @ ${revision.slice(0, 12)}: ${description} ${link}`,
      data: { submissionId, project, branch, revision, owner, state, counts, link },
    },
  };
}

/** Undefined if no person made the submission. */
async function readFacts(queries: Queries, submissionId: string): Promise<SubmissionFacts | undefined> {
  const result = await sql<SubmissionFacts>`
    select project, branch, revision, owner, state, open."isOpen",
      (select count(*) from jobs j where j.submission_id = s.submission_id) as jobs,
      (select count(*) from jobs j where j.submission_id = s.submission_id and abort_reason = 'skipped') as skipped,
      case when not open."isOpen" then (
        select jsonb_object_agg(verdict, count) from (
          select case when overturned then 'pass' else verdict end as verdict, count(*) from jobs j
          where j.submission_id = s.submission_id group by 1) v) end as counts
    from submissions s
    cross join lateral (
      select exists (select 1 from jobs j where j.submission_id = s.submission_id and j.verdict is null) as "isOpen") open
    where submission_id = ${submissionId} and origin = 'user'`.execute(queries);
  return result.rows[0];
}
