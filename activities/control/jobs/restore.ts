import { recordAudit } from "../../../db/access/audit.js";
import type { Queries } from "../../../db/connect.js";
import { readGridConfig } from "../../../db/grid/grid-config.js";
import { lockJob, writeVerdict } from "../../../db/jobs/jobs.js";
import { noteSentBefore, queueMail } from "../../../db/mail/outbox.js";
import { knownOf, wantDigest } from "../../../db/recovery/restore.js";
import { changeSubmission } from "../../../db/jobs/submissions.js";
import { recordNotification } from "../../../db/mail/notifications.js";
import type { JournalEntry } from "../../../domain/recovery/journal.js";
import { planRestore, type RunningJob, type ReportedVerdict } from "../../../domain/recovery/restore.js";
import { lostMail, restoreMail } from "../../../mail/notices/restore.js";
import type { ControlDependencies } from "../dependencies.js";

export interface RestoreInput {
  /** The id of the journal's last batch. It identifies the restore. */
  id: string;
  /** When the copy was made, ISO. */
  copyOf: string;
  /** What happened since then, oldest first. */
  entries: JournalEntry[];
  running: RunningJob[];
}

/** Brings an older copy of the database up to date. Idempotent. */
export function createRestore({ database }: Pick<ControlDependencies, "database">) {
  async function restore({ id, copyOf, entries, running }: RestoreInput): Promise<void> {
    const known = await knownOf(database, entries, running);
    const plan = planRestore(entries, running, known);
    for (const { messageId, recipients } of plan.mails) await noteSentBefore(database, messageId, recipients);
    let verdicts = 0;
    for (const verdict of plan.verdicts)
      if (await database.transaction().execute((transaction) => takeOver(transaction, verdict))) verdicts++;
    for (const submissionId of plan.alreadyReported) {
      const reason =
        "verdicts of its jobs were reported before the database was restored; submit it again for the others";
      await changeSubmission(database, submissionId, { state: "cancelled", reason });
    }
    const again = running.filter(({ jobId }) => known.jobs.has(jobId)).length;
    await database.transaction().execute(async (transaction) => {
      const { admins, mail: sender } = await readGridConfig(transaction);
      const { from } = sender;
      const { notifiedOfUnknown, lost, stopped, orders, mails } = plan;
      for (const owner of new Set([...lost, ...stopped].map((each) => each.owner))) {
        const own = <T extends { owner: string }>(all: readonly T[]) => all.filter((each) => each.owner === owner);
        const mail = lostMail({
          from,
          id: JSON.stringify([id, owner]),
          copyOf,
          lost: own(lost),
          stopped: own(stopped),
        });
        await queueMail(transaction, { ...mail, recipients: [owner] });
      }
      const summary = restoreMail({
        from,
        id,
        copyOf,
        mails: mails.length,
        verdicts,
        notifiedOfUnknown,
        again,
        lost,
        stopped,
        orders,
      });
      if (admins.length > 0) await queueMail(transaction, { ...summary, recipients: admins });
      const detail = `a copy of ${copyOf}: ${verdicts} verdicts taken over, ${lost.length} submissions lost`;
      await recordAudit(transaction, "the grid", "restored", "grid", detail, `restore ${id}`);
    });
  }

  return { restore };
}

/** Writes a verdict that was sent before. Returns whether the job had none. */
async function takeOver(transaction: Queries, { jobId, ending, how, toldBy }: ReportedVerdict): Promise<boolean> {
  const job = await lockJob(transaction, jobId);
  if (job.verdict !== null) return false;
  const detail = "this verdict was reported before the database was restored; its attempts are not known any more";
  const line = { check: "restore", result: "note", detail, at: new Date().toISOString() } as const;
  await writeVerdict(transaction, jobId, { ...ending, evidence: [...ending.evidence, line] });
  await recordNotification(transaction, jobId, how, toldBy, []);
  // The digest is made again, but people who got it before do not get it again.
  if (how === "digest") await wantDigest(transaction, job.submissionId);
  return true;
}
