import { sql } from "kysely";
import { iso } from "../db/connect.js";
import { readDowntimeFacts } from "../db/downtime.js";
import { readGridConfig } from "../db/grid.js";
import { queueMail } from "../db/outbox.js";
import { reportDowntime } from "../domain/downtime/report.js";
import { downtimeMail } from "../mail/downtime.js";
import { downtimePage } from "../mail/links.js";
import type { ControlDependencies } from "./dependencies.js";

const weekMs = 7 * 86_400_000;
/** A nightly run that comes a little early is still the week's. */
const slackMs = 3_600_000;

export function createWeeklyReport({ database, publicUrl }: Pick<ControlDependencies, "database" | "publicUrl">) {
  /** Tells admins once a week what was down and what it cost. The first week begins with the grid's first night. */
  async function reportDowntimeWeekly(): Promise<void> {
    await database.transaction().execute(async (transaction) => {
      const result = await sql<{ since: string | null; now: string }>`
        select ${iso("reported_until")} as since, ${iso("now()")} as now from grid for update`.execute(transaction);
      const { since, now } = result.rows[0]!;
      if (since !== null && Date.parse(now) - Date.parse(since) < weekMs - slackMs) return;
      await sql`update grid set reported_until = ${now}`.execute(transaction);
      const { admins } = await readGridConfig(transaction);
      if (since === null || admins.length === 0) return;
      const report = reportDowntime(await readDowntimeFacts(transaction, since, now));
      await queueMail(transaction, { ...downtimeMail({ report, page: downtimePage(publicUrl) }), recipients: admins });
    });
  }

  return { reportDowntimeWeekly };
}
