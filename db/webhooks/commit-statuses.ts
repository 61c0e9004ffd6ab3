import { sql } from "kysely";
import { testTitle, type Variant } from "../../domain/jobs/variant.js";
import {
  type CommitState,
  type CommitStatus,
  finalState,
  type JobCounts,
} from "../../domain/webhooks/commit-status.js";
import type { Queries } from "../connect.js";
import type { WebhookNotice } from "./webhook-notice.js";

interface CommitFacts extends JobCounts {
  project: string;
  commit: string;
  open: number;
  /** The first test that failed. */
  firstFailed: { test: string; variant: Variant } | null;
}

/**
 * The status of a submission's commit in its project, for a forge (workers/control/loops/webhooks.ts sends it). For each test and
 * variant, the last job counts, so that a rerun, or a submission of only some tests, changes nothing for the others. Undefined
 * for an uploaded folder, because it may have changes that no commit has.
 * @param at ISO
 */
export async function readCommitStatus(
  queries: Queries,
  submissionId: string,
  at: string,
  publicUrl: string,
): Promise<(WebhookNotice & { status: CommitStatus }) | undefined> {
  const facts = await readFacts(queries, submissionId);
  if (facts === undefined) return undefined;
  const { project, commit } = facts;
  const link = `${publicUrl}/submissions/${submissionId}`;
  const status = { commit, context: `holdfast/${project}`, link, ...stateOf(facts) };
  return {
    about: "commit",
    project,
    status,
    message: {
      type: "commit.status",
      timestamp: at,
      text: `${project} @ ${commit.slice(0, 12)}: ${status.description} ${link}`,
      data: { submissionId, project, status },
    },
  };
}

function stateOf(facts: CommitFacts): { state: CommitState; description: string } {
  const { open, firstFailed } = facts;
  if (open > 0 && firstFailed !== null)
    return { state: "failure", description: `${testTitle(firstFailed.test, firstFailed.variant)} failed` };
  if (open > 0) return { state: "pending", description: "Its jobs wait or run" };
  return finalState(facts);
}

async function readFacts(queries: Queries, submissionId: string): Promise<CommitFacts | undefined> {
  const result = await sql<CommitFacts>`
    with own as (
      select project, revision from submissions where submission_id = ${submissionId} and origin = 'user' and source_kind = 'git'
        and revision ~ '^[0-9a-f]{40}([0-9a-f]{24})?$'),
    last as (
      select distinct on (j.test, j.variant, s.source_path) j.test, j.variant, j.finished_at, j.abort_reason,
        case when j.overturned then 'pass' else j.verdict end as verdict
      from own join submissions s on s.revision = own.revision and s.project = own.project and s.origin = 'user' and s.source_kind = 'git'
        join jobs j using (submission_id)
      order by j.test, j.variant, s.source_path, j.job_id desc)
    select project, revision as commit,
      (select count(*) from last where verdict is null) as open,
      (select count(*) from last where verdict = 'pass') as passed,
      (select count(*) from last where verdict = 'fail') as failed,
      (select count(*) from last where verdict = 'abort' and abort_reason = 'skipped') as skipped,
      (select count(*) from last where verdict = 'abort' and abort_reason <> 'skipped') as aborted,
      (select jsonb_build_object('test', test, 'variant', variant) from last where verdict = 'fail' order by finished_at limit 1) as "firstFailed"
    from own where exists (select 1 from last)`.execute(queries);
  return result.rows[0];
}
