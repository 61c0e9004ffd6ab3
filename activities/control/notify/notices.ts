import { takeShareCheck } from "../../../db/reports/schedule.js";
import type { Queries } from "../../../db/connect.js";
import { readGridConfig } from "../../../db/grid/grid-config.js";
import {
  markClosedTold,
  markOpenTold,
  markReminded,
  noteCause,
  type OutageToTell,
  readHeldBy,
  readOutagesToTell,
  takeHeldNotices,
  takeRefusedFetches,
} from "../../../db/mail/notices.js";
import { queueMail } from "../../../db/mail/outbox.js";
import { isOverruledUp, readServices } from "../../../db/services/services.js";
import { countAttempts } from "../../../db/reports/share.js";
import { allDependencies, rootCause } from "../../../domain/health/service-graph.js";
import { infrastructureShare, isWithinTargets } from "../../../domain/reports/infrastructure-share.js";
import { type GridConfig, isWatchedByMachines } from "../../../domain/config/grid-file.js";
import { dueNotices, mayBeCause, type NoticePolicy } from "../../../domain/mail/notices.js";
import { heldMail } from "../../../mail/notices/held.js";
import { shareMail } from "../../../mail/notices/infrastructure-share.js";
import { downtimeUrl, gridUrl, submissionUrl } from "../../../mail/page-urls.js";
import { outageMail, type OutageMail } from "../../../mail/notices/outage.js";
import type { ControlDependencies } from "../dependencies.js";

/** How often the service level is checked; there is at most one alarm a day. */
const shareLookMs = 60_000;

function noticePolicy({ mail }: GridConfig): NoticePolicy {
  return { gatherMs: mail.gather, calmMs: mail.calm, remindMs: mail.remind, remindMaxMs: mail["remind-max"] };
}

export function createNotices({ database, publicUrl }: Pick<ControlDependencies, "database" | "publicUrl">) {
  /** Sends the notices to admins and owners that are due, each once. */
  async function tellDue(): Promise<void> {
    const config = await readGridConfig(database);
    // Separately, so that an error in one kind of notice does not stop the others.
    const kinds = [tellOutages, tellOwners, tellShare];
    const results = await Promise.allSettled(
      kinds.map((tellKind) => database.transaction().execute((transaction) => tellKind(transaction, config))),
    );
    const failed = results.find((each) => each.status === "rejected");
    if (failed !== undefined) throw failed.reason as Error;
  }

  async function tellOutages(queries: Queries, config: GridConfig): Promise<void> {
    const now = new Date().toISOString();
    const outages = await withCauses(queries, await readOutagesToTell(queries));
    if (outages.length === 0) return;
    const { opened, silent, closed, reminders } = dueNotices(outages, now, noticePolicy(config));
    // A service that is still down after its cause has recovered has its own problem from now on.
    const own = opened.map((outage) => (outage.isCauseDown ? outage : { ...outage, cause: null }));
    await tell(queries, config, "opened", own);
    await markOpenTold(queries, idsOf([...opened, ...silent]));
    await tell(queries, config, "lasting", reminders);
    await markReminded(queries, idsOf(reminders));
    await tell(queries, config, "closed", closed);
    await markClosedTold(queries, idsOf(closed));
  }

  /** Sends one mail to the admins and to all owners of the services, so that everybody sees the whole situation. */
  async function tell(
    queries: Queries,
    { admins, mail: { from } }: GridConfig,
    what: OutageMail["what"],
    outages: readonly OutageToTell[],
  ): Promise<void> {
    const recipients = [...new Set([...admins, ...outages.flatMap(({ owner }) => owner ?? [])])];
    if (outages.length === 0 || recipients.length === 0) return;
    const news = await Promise.all(
      outages.map(async (outage) => ({
        ...outage,
        ...(await readHeldBy(queries, outage.outageId)),
        lastedMs: Date.parse(outage.endedAt ?? new Date().toISOString()) - Date.parse(outage.startedAt),
      })),
    );
    const mail = outageMail({
      from,
      what,
      reminders: Math.max(...outages.map((outage) => outage.reminders)),
      page: gridUrl(publicUrl),
      outages: news,
    });
    await queueMail(queries, { ...mail, recipients });
  }

  async function tellOwners(queries: Queries, { hold, mail: { from } }: GridConfig): Promise<void> {
    const refused = await takeRefusedFetches(queries, hold["refused-fetch"]);
    for (const notice of [...refused, ...(await takeHeldNotices(queries))]) {
      const mail = heldMail({ ...notice, from, page: submissionUrl(publicUrl, notice.submissionId) });
      await queueMail(queries, { ...mail, recipients: [...new Set([notice.owner, ...notice.tell])] });
    }
  }

  /** Alarms when more attempts are lost to infrastructure than the grid's service level allows. */
  async function tellShare(queries: Queries, { admins, levels, mail: { from: sender } }: GridConfig): Promise<void> {
    if (admins.length === 0) return;
    if (!(await takeShareCheck(queries, shareLookMs))) return;
    const now = Date.now();
    const [from, to] = [now - levels.over, now].map((time) => new Date(time).toISOString()) as [string, string];
    const level = infrastructureShare({
      attempts: await countAttempts(queries, from, to),
      shareTarget: levels["infrastructure-share"],
      shareTargets: levels.identifiers ?? {},
    });
    if (level.share === null || level.attempts < levels["at-least"] || isWithinTargets(level)) return;
    const mail = shareMail({
      ...level,
      from: sender,
      share: level.share,
      day: to.slice(0, 10),
      page: downtimeUrl(publicUrl, from, to),
    });
    await queueMail(queries, { ...mail, recipients: admins });
  }

  return { name: "notices", everyMs: 1_000, run: tellDue };
}

/**
 * Adds the cause of each outage. Outages without a cause come first, because they must be fixed first. A cause may become known
 * late: a dependency may go down a moment later than the service that needs it.
 */
async function withCauses(queries: Queries, outages: readonly OutageToTell[]) {
  const services = outages.some(({ toldAt }) => toldAt === null) ? await readServices(queries) : [];
  const dependsOn = Object.fromEntries(services.map(({ name, config }) => [name, config.dependsOn]));
  const isDown = (name: string) => services.some((each) => each.name === name && each.health.state === "down");
  const known: (OutageToTell & { isUnclear: boolean; isCauseDown: boolean })[] = [];
  for (const outage of outages) {
    const { service, outageId, startedAt } = outage;
    const cause = outage.cause ?? rootCause(service, isDown, dependsOn) ?? null;
    if (cause !== outage.cause) await noteCause(queries, outageId, cause);
    const below = allDependencies(service, dependsOn);
    const isUnclear = services.some(
      (each) =>
        below.includes(each.name) &&
        !isWatchedByMachines(each.config) &&
        !isOverruledUp(each) &&
        mayBeCause({ ...each.health, lastProbeAt: each.lastProbeAt }, startedAt),
    );
    known.push({ ...outage, cause, isUnclear, isCauseDown: cause !== null && isDown(cause) });
  }
  return [...known.filter(({ cause }) => cause === null), ...known.filter(({ cause }) => cause !== null)];
}

function idsOf(outages: readonly OutageToTell[]): string[] {
  return outages.map(({ outageId }) => outageId);
}
