import { sql } from "kysely";
import { testTitle, type Variant } from "../../domain/jobs/variant.js";
import type { WebhookNotice } from "./webhook-notice.js";
import { iso, type Queries } from "../connect.js";
import type { GridEvent } from "../events/events.js";
import { endedNotices, startedNotices } from "./submission-notices.js";

/** The messages for an event; none if it only changes what a page shows. @param publicUrl origin of the page */
export async function readWebhookNotices(
  queries: Queries,
  event: GridEvent,
  publicUrl: string,
): Promise<WebhookNotice[]> {
  if (event.kind === "job") return jobNotices(queries, event, publicUrl);
  if (event.kind === "submission") return startedNotices(queries, event, publicUrl);
  if (event.kind === "service") return serviceNotices(queries, event.subject, publicUrl);
  return [];
}

/** How many holds of one job are read. Older ones were reported already. */
const holdsLookedAt = 20;

async function jobNotices(queries: Queries, event: GridEvent, publicUrl: string): Promise<WebhookNotice[]> {
  const jobId = event.subject;
  const result = await sql<{
    test: string;
    variant: Variant;
    project: string;
    owner: string;
    submissionId: string;
    verdict: string | null;
    abortReason: string | null;
    failureIdentifier: string | null;
    flaky: boolean;
    finishedAt: string | null;
    holds: {
      id: number;
      reason: string;
      service: string | null;
      detail: string;
      since: string;
      until: string | null;
    }[];
  }>`
    select test, variant, in_project as project, owned_by as owner, submission_id, verdict, abort_reason, jobs.failure_identifier, flaky,
      ${iso("finished_at")} as "finishedAt",
      (select coalesce(jsonb_agg(jsonb_build_object('id', hold_id, 'reason', reason, 'service', service, 'detail', detail, 'since', ${iso("since")}, 'until', ${iso("until")}) order by hold_id), '[]')
        from (select * from holds where holds.job_id = jobs.job_id order by hold_id desc limit ${holdsLookedAt}) as last) as holds
    from jobs join submissions using (submission_id) where job_id = ${jobId} and origin = 'user'`.execute(queries);
  const [job] = result.rows;
  if (job === undefined) return [];
  const { test, variant, project, owner, submissionId, verdict, holds, finishedAt } = job;
  const link = `${publicUrl}/jobs/${jobId}`;
  const title = `${project}: ${testTitle(test, variant)}`;
  const data = { jobId, submissionId, test, variant, project, owner, link };
  const happenings: WebhookNotice[] = [];
  for (const hold of holds) {
    const about = { reason: hold.reason, service: hold.service, detail: hold.detail };
    happenings.push({
      about: `held ${hold.id}`,
      project,
      message: {
        type: "job.held",
        timestamp: hold.since,
        text: `${title} is held: ${hold.detail} ${link}`,
        data: { ...data, ...about },
      },
    });
    if (hold.until !== null && hold.until <= new Date().toISOString())
      happenings.push({
        about: `released ${hold.id}`,
        project,
        since: hold.since,
        message: {
          type: "job.released",
          timestamp: hold.until,
          text: `${title} is no longer held. ${link}`,
          data: { ...data, ...about },
        },
      });
  }
  if (verdict !== null && finishedAt !== null) {
    happenings.push({
      about: `finished ${jobId} ${verdict}`,
      project,
      message: {
        type: "job.finished",
        timestamp: finishedAt,
        text: `${verdict.toUpperCase()} ${title}${job.failureIdentifier === null ? "" : ` (${job.failureIdentifier})`} ${link}`,
        data: {
          ...data,
          verdict,
          abortReason: job.abortReason,
          failureIdentifier: job.failureIdentifier,
          flaky: job.flaky,
        },
      },
    });
    const failing = verdict === "fail" ? testTitle(test, variant) : null;
    happenings.push(...(await endedNotices(queries, submissionId, event.at, failing, publicUrl)));
  }
  return happenings;
}

async function serviceNotices(queries: Queries, service: string, publicUrl: string): Promise<WebhookNotice[]> {
  const result = await sql<{
    outageId: string;
    since: string;
    until: string | null;
    detail: string;
    kind: string;
    severity: string;
    flaps: number;
  }>`
    select outage_id, ${iso("started_at")} as since, ${iso("ended_at")} as until, detail, kind, severity, flaps from outages
    where service = ${service} order by started_at desc limit 1`.execute(queries);
  const [outage] = result.rows;
  if (outage === undefined || outage.kind !== "unplanned") return [];
  const { outageId, since, until, detail, severity, flaps } = outage;
  const data = { service, outageId, severity, since, until, detail, link: `${publicUrl}/` };
  const down: WebhookNotice = {
    about: `down ${outageId} ${flaps}`,
    project: null,
    message: { type: "service.down", timestamp: since, text: `Service ${service} is ${severity}: ${detail}`, data },
  };
  if (until === null) return [down];
  return [
    down,
    {
      about: `up ${outageId} ${flaps}`,
      project: null,
      message: { type: "service.up", timestamp: until, text: `Service ${service} is up again.`, data },
    },
  ];
}
