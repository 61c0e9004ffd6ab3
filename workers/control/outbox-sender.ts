import type { Logger } from "pino";
import type { SendMailOptions } from "nodemailer";
import type { Database } from "../../db/connect.js";
import { claimMails, markRefused, markSent, type OutgoingMail, postponeMail } from "../../db/outbox.js";

const batch = 20;
const firstRetryMs = 2_000;
const longestRetryMs = 5 * 60_000;

/** What sends a mail; nodemailer's transport in the grid. */
export interface Relay {
  sendMail(mail: SendMailOptions): Promise<unknown>;
}

/** Sends what is due. A relay that is down keeps mails for later; one that refuses a mail for good gets it no more. */
export async function sendDueMails(database: Database, relay: Relay, from: string, log: Logger): Promise<number> {
  const mails = await claimMails(database, batch);
  await Promise.all(mails.map((mail) => sendOne(database, relay, from, mail, log)));
  return mails.length;
}

async function sendOne(
  database: Database,
  relay: Relay,
  from: string,
  mail: OutgoingMail & { tries: number },
  log: Logger,
): Promise<void> {
  try {
    await relay.sendMail({
      from,
      to: mail.recipients,
      subject: mail.subject,
      text: mail.body,
      messageId: mail.messageId,
      headers: mail.headers,
    });
  } catch (error) {
    const { message, responseCode } = error as Error & { responseCode?: number };
    if (responseCode !== undefined && responseCode >= 500) {
      log.error({ messageId: mail.messageId, error: message }, "the relay refuses a mail");
      return markRefused(database, mail.messageId, message);
    }
    log.warn({ messageId: mail.messageId, error: message }, "the relay does not take a mail now");
    return postponeMail(
      database,
      mail.messageId,
      message,
      Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(10, mail.tries - 1)),
    );
  }
  await markSent(database, mail.messageId);
}
