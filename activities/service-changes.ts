import { recordAudit } from "../db/audit.js";
import { notifyDispatch } from "../db/leases.js";
import { readGridConfig } from "../db/grid.js";
import { queueMail } from "../db/outbox.js";
import { changeServiceState, closeOutage, countHeldFor, openOutage, runningJobsNeeding } from "../db/services.js";
import { servicePage } from "../mail/links.js";
import { outageMail } from "../mail/outage.js";
import type { ServiceChange, ServiceNotice } from "../workflows/activities.js";
import type { ControlDependencies } from "./dependencies.js";

export function createServiceChanges({ database, publicUrl }: ControlDependencies) {
  /**
   * Records that services changed: state, outage, audit and mail to the admins in one transaction.
   * What was recorded before is not recorded again. Returns the running jobs that must hear of it.
   */
  async function recordServiceChanges({ changes }: { changes: ServiceChange[] }): Promise<{ tell: ServiceNotice[] }> {
    return database.transaction().execute(async (transaction) => {
      const config = await readGridConfig(transaction);
      const tell: ServiceNotice[] = [];
      for (const { service, outageId, health } of changes) {
        const isNew = await changeServiceState(transaction, service, health);
        const state = health.state === "down" ? "down" : "up";
        const jobs = await runningJobsNeeding(transaction, service);
        tell.push(...jobs.map((jobId) => ({ jobId, service, state, detail: health.detail }) as const));
        if (!isNew) continue;
        await recordAudit(transaction, "monitor", state, `service:${service}`, health.detail);
        if (state === "up") {
          await closeOutage(transaction, service, health.since);
          continue;
        }
        await openOutage(transaction, outageId, service, health.since, health.detail);
        const held = await countHeldFor(transaction, service);
        const runbook = config.services[service]?.runbook ?? null;
        const mail = outageMail({
          outageId,
          service,
          since: health.since,
          detail: health.detail,
          running: jobs.length,
          held,
          runbook,
          page: servicePage(publicUrl),
        });
        if (config.admins.length > 0) await queueMail(transaction, { ...mail, recipients: config.admins });
      }
      await notifyDispatch(transaction);
      return { tell };
    });
  }

  return { recordServiceChanges };
}
