import type { Logger } from "pino";
import type { SendMailOptions } from "nodemailer";
import type { Database } from "../../db/connect.js";
import { claimMails, markRefused, markSent, type OutgoingMail, postponeMail } from "../../db/outbox.js";

/** No more than a relay's connections, so that no claim runs out while its mail waits for one. */
const batch = 5;
const firstRetryMs = 2_000;
const longestRetryMs = 5 * 60_000;

/** What sends a mail; nodemailer's transport in the grid. */
export interface Relay {
  sendMail(mail: SendMailOptions): Promise<{ rejectedErrors?: RelayError[] }>;
}

interface RelayError extends Error {
  code?: string;
  /** The command that the relay answered. */
  command?: string;
  responseCode?: number;
  recipient?: string;
}

/** Sends what is due. A relay that is down keeps mails for later; one that refuses a mail for good gets it no more. */
export class OutboxSender {
  readonly #database: Database;
  readonly #sender: number;
  readonly #relay: Relay;
  readonly #from: string;
  readonly #log: Logger;
  /** Mails that the relay has, whose row could not be marked: they must not be sent again. */
  readonly #taken = new Set<string>();

  /** @param sender the number of this process's sender lock */
  constructor(database: Database, sender: number, relay: Relay, from: string, log: Logger) {
    this.#database = database;
    this.#sender = sender;
    this.#relay = relay;
    this.#from = from;
    this.#log = log;
  }

  /** Returns how many mails were due. */
  async sendDue(): Promise<number> {
    const mails = await claimMails(this.#database, this.#sender, batch);
    await Promise.all(mails.map((mail) => this.#sendOne(mail)));
    return mails.length;
  }

  async #sendOne(mail: OutgoingMail & { tries: number }): Promise<void> {
    const { messageId, recipients, subject, body, html, headers } = mail;
    let refused: RelayError[] = [];
    if (!this.#taken.has(messageId)) {
      try {
        const forms = html === null ? { text: body } : { text: body, html };
        const message = { from: this.#from, to: recipients, subject, ...forms, messageId, headers };
        refused = (await this.#relay.sendMail(message)).rejectedErrors ?? [];
      } catch (error) {
        return this.#keep(mail, error as RelayError);
      }
    }
    // Some have it; those whom the relay turned away only for now are tried again, alone.
    const later = refused.filter((error) => !isFinal(error)).flatMap(({ recipient }) => recipient ?? []);
    if (later.length > 0) return postponeMail(this.#database, messageId, describe(refused), pauseMs(mail.tries), later);
    this.#taken.add(messageId);
    await markSent(this.#database, messageId, refused.length === 0 ? null : describe(refused));
    this.#taken.delete(messageId);
  }

  async #keep({ messageId, tries }: { messageId: string; tries: number }, error: RelayError): Promise<void> {
    if (isFinal(error)) {
      this.#log.error({ messageId, error: error.message }, "the relay refuses a mail");
      return markRefused(this.#database, messageId, error.message);
    }
    this.#log.warn({ messageId, error: error.message }, "the relay does not take a mail now");
    return postponeMail(this.#database, messageId, error.message, pauseMs(tries), null);
  }
}

/** Only an answer to the mail itself is final; a relay that refuses us, or a login, may be mended. */
function isFinal({ responseCode = 0, command = "" }: RelayError): boolean {
  return responseCode >= 500 && /^(RCPT TO|DATA|MAIL FROM)/.test(command);
}

function pauseMs(tries: number): number {
  return Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(10, tries - 1));
}

function describe(errors: readonly RelayError[]): string {
  return errors.map(({ recipient, message }) => `${recipient ?? ""}: ${message}`).join("; ");
}
