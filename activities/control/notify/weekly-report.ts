import { readWeeklyReport, takeWeeklyReport } from "../../../db/reports/schedule.js";
import { readDowntime } from "../../../db/reports/downtime.js";
import { readFalseAlarms } from "../../../db/reports/false-alarms.js";
import { readGridConfig } from "../../../db/grid/grid-config.js";
import { queueMail } from "../../../db/mail/outbox.js";
import { downtimeMail } from "../../../mail/notices/downtime.js";
import { downtimeUrl } from "../../../mail/page-urls.js";
import type { ControlDependencies } from "../dependencies.js";
import { withHeartbeat } from "../../heartbeat.js";

const weekMs = 7 * 86_400_000;
/** A nightly run that is a little early still counts for the week. */
const slackMs = 3_600_000;

export function createWeeklyReport({ database, publicUrl }: Pick<ControlDependencies, "database" | "publicUrl">) {
  /** Sends admins a weekly report of downtime and its cost. The first week begins with the grid's first night. */
  async function reportDowntimeWeekly(): Promise<void> {
    return withHeartbeat(report);
  }

  async function report(): Promise<void> {
    const { since, now } = await readWeeklyReport(database);
    if (since !== null && Date.parse(now) - Date.parse(since) < weekMs - slackMs) return;
    const {
      admins,
      mail: { from },
    } = await readGridConfig(database);
    const downtime = since === null ? undefined : await readDowntime(database, since, now);
    const falseAlarms = await readFalseAlarms(database, since ?? now, now);
    await database.transaction().execute(async (transaction) => {
      if (!(await takeWeeklyReport(transaction, since, now))) return;
      if (downtime === undefined || admins.length === 0) return;
      const mail = downtimeMail({
        from,
        report: downtime,
        falseAlarms,
        page: downtimeUrl(publicUrl, downtime.from, downtime.to),
      });
      await queueMail(transaction, { ...mail, recipients: admins });
    });
  }

  return { reportDowntimeWeekly };
}
