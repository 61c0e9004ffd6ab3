import type { Queries } from "../../../db/connect.js";
import { readGridConfig } from "../../../db/grid/grid-config.js";
import type { JobFacts } from "../../../db/jobs/jobs.js";
import { queueMail } from "../../../db/mail/outbox.js";
import {
  type Audience,
  type DueDigest,
  lockDigestState,
  noteDigest,
  recordNotification,
  readAudience,
  takeDueDigest,
  writeDigestState,
} from "../../../db/mail/notifications.js";
import type { GridConfig } from "../../../domain/config/grid-file.js";
import {
  chooseDelivery,
  usesDigests,
  type MailPolicy,
  recipientsOf,
  type DigestRecipient,
  shareLines,
  type NotifiedBy,
  wantedBy,
  whenFor,
} from "../../../domain/mail/mail-policy.js";
import type { Ending } from "../../../domain/verdict/decision.js";
import { type DigestMail, digestMails } from "../../../mail/digest.js";
import { jobUrl, submissionUrl } from "../../../mail/page-urls.js";
import type { Message } from "../../../mail/message.js";
import type { ControlDependencies } from "../dependencies.js";
import { describeLines } from "./digest-lines.js";

/**
 * Decides how a result reaches people: in its own mail, in the digest of its submission, or not at all if no recipient wants it.
 * The choice is stored with the job, in the transaction of the verdict.
 * @param compose makes the mail; called only if it is sent
 * @returns how the result is sent
 */
export async function notifyResult(
  queries: Queries,
  job: JobFacts,
  ending: Ending,
  compose: () => Promise<Message>,
): Promise<NotifiedBy> {
  const config = await readGridConfig(queries);
  const policy = mailPolicy(config);
  const audience = await readAudience(queries, job, policy.digestFrom);
  const { asked, suite, jobs, previous, isPostponed } = audience;
  const news = { verdict: ending.verdict, abortReason: ending.abortReason };
  const wanted = wantedBy({ ...news, previous });
  const readers = readersIn(audience, config.admins).filter(({ wants }) => wants({ ...news, wantedBy: wanted }));
  const isWanted = readers.length > 0;
  let by: NotifiedBy = isWanted ? "mail" : "unwanted";
  // Superseded jobs are reported together: a mail for each of them would be noise.
  if (ending.abortReason === "superseded" || usesDigests(asked, suite, jobs, policy)) {
    const { gathering, isLast } = await lockDigestState(queries, job.submissionId);
    // A postponed mail is not part of the digest, which can be sent earlier.
    const isApart = isPostponed && ending.abortReason !== "superseded";
    const isLine = isWanted && !isApart;
    const next = chooseDelivery(gathering, { ...news, isWanted: isLine, isLast }, policy, new Date().toISOString());
    await writeDigestState(queries, job.submissionId, next.gathering);
    if (!isApart) by = next.by;
  }
  const mail = by === "mail" ? await compose() : null;
  if (mail !== null) await queueMail(queries, { ...mail, recipients: readers.map(({ address }) => address) });
  await recordNotification(queries, job.jobId, by, mail?.messageId ?? null, wanted);
  return by;
}

export function createDigests({ database, publicUrl }: Pick<ControlDependencies, "database" | "publicUrl">) {
  /** Sends one digest that is due. Returns whether there was one. */
  async function sendDueDigest(): Promise<boolean> {
    return database.transaction().execute(async (transaction) => {
      const due = await takeDueDigest(transaction);
      if (due === undefined) return false;
      const { admins, mail: config, verdict } = await readGridConfig(transaction);
      const describe = await describeLines(transaction, due.lines, publicUrl, verdict.claims);
      const notified = new Map<string, string>();
      const shares = shareLines(due.lines, readersIn(due, admins));
      for (const [index, share] of shares.entries()) {
        for (const { mail, jobIds } of digestMails(digestOf(due, share.lines.map(describe), index + 1, config.from))) {
          await queueMail(transaction, { ...mail, recipients: share.recipients });
          for (const jobId of jobIds) notified.set(jobId, notified.get(jobId) ?? mail.messageId);
        }
      }
      // Recipients may have changed their preferences since the job ended.
      const unwanted = due.lines.filter(({ jobId }) => !notified.has(jobId)).map(({ jobId }) => jobId);
      const sent = [...notified].map(([jobId, messageId]) => ({ jobId, messageId }));
      await noteDigest(transaction, due.submissionId, sent, unwanted);
      return true;
    });
  }

  function digestOf(due: DueDigest, lines: DigestMail["lines"], share: number, from: string): DigestMail {
    return {
      ...due,
      from,
      share,
      lines,
      open: due.open.map((line) => ({ ...line, link: jobUrl(publicUrl, line.jobId) })),
      superseded: due.number === 1 ? due.superseded : [],
      page: submissionUrl(publicUrl, due.submissionId),
    };
  }

  return { name: "digests", everyMs: 1_000, run: async () => ((await sendDueDigest()) ? "more" : "done") } as const;
}

/** Who may be notified of a submission, and of which results. */
export function readersIn(
  { owner, tell, asked, suite, preferences }: Audience,
  admins: readonly string[],
): DigestRecipient[] {
  return recipientsOf([owner, ...tell], admins, (address) => whenFor(asked, preferences[address.toLowerCase()], suite));
}

function mailPolicy({ mail }: GridConfig): MailPolicy {
  return { digestFrom: mail["digest-from"], alarms: mail.alarms, digestAfterMs: mail["digest-after"] };
}
