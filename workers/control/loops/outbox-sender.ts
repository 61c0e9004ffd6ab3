import { domainToASCII } from "node:url";
import type { Logger } from "pino";
import type { SendMailOptions } from "nodemailer";
import type { Database } from "../../../db/connect.js";
import { type Progress, writeProgress } from "../../../db/mail/deliveries.js";
import { readGridConfig } from "../../../db/grid/grid-config.js";
import { claimMails, type ClaimedMail } from "../../../db/mail/outbox.js";
import type { GridConfig } from "../../../domain/config/grid-file.js";
import { meaningOf, pauseMs, type RelayAnswer } from "../../../domain/mail/relay-answer.js";
import type { ControlLoop } from "../control-loop.js";

/** Not more mails at a time than the relay has connections, so that no claim expires while its mail waits for a connection. */
const atOnce = 5;

/** Sends a mail; in the grid a transport of nodemailer. */
export interface Relay {
  sendMail(mail: SendMailOptions): Promise<{ rejectedErrors?: RelayError[] }>;
}

interface RelayError extends Error {
  code?: string;
  /** The command that the relay answered. */
  command?: string;
  responseCode?: number;
  response?: string;
  recipient?: string;
  /** Set if the relay rejected every recipient. */
  rejectedErrors?: RelayError[];
}

type MailConfig = GridConfig["mail"];

/**
 * Sends due mails, a few in parallel, so that a mail that the relay takes slowly does not delay the others. If the relay is
 * down or refuses us, mails wait for as long as it takes. Only an answer about a recipient or the mail itself is final, and
 * only for those recipients.
 */
export class OutboxSender implements ControlLoop {
  readonly name = "outbox";
  readonly everyMs = 1_000;
  readonly #database: Database;
  /** The number of this process's sender lock. */
  readonly number: number;
  /** Set when the other senders can see that this one lives. Before that it sends nothing, so that they do not take its mails. */
  isKnown = false;
  readonly #relay: Relay;
  readonly #log: Logger;
  readonly #underWay = new Map<string, Promise<void>>();
  /** Results that could not be written yet. The relay has answered about these mails, so they must not be sent again. */
  readonly #unwritten = new Map<string, Progress>();

  constructor(database: Database, number: number, relay: Relay, log: Logger) {
    this.#database = database;
    this.number = number;
    this.#relay = relay;
    this.#log = log;
  }

  /** Begins to send the mails that are due. Returns whether there may be more of them. */
  async run(): Promise<"more" | "done"> {
    if (!this.isKnown) return "done";
    const { mail: config } = await readGridConfig(this.#database);
    for (const progress of this.#unwritten.values()) await this.#writeLate(progress, config);
    const free = atOnce - this.#underWay.size;
    const mails = free > 0 ? await claimMails(this.#database, this.number, free) : [];
    for (const mail of mails) this.#begin(mail, config);
    if (mails.length < free) return "done";
    if (this.#underWay.size > 0) await Promise.race(this.#underWay.values());
    return "more";
  }

  /** Waits for the mails that are being sent. */
  async finish(): Promise<void> {
    await Promise.all(this.#underWay.values());
  }

  #begin(mail: ClaimedMail, config: MailConfig): void {
    const { messageId } = mail;
    // A process that was frozen may claim a mail again that it is still sending.
    if (this.#underWay.has(messageId) || this.#unwritten.has(messageId)) return;
    const work = this.#send(mail, config)
      .catch((error: unknown) =>
        this.#log.warn({ messageId, error: describe(error) }, "the result of a mail will be written later"),
      )
      .finally(() => this.#underWay.delete(messageId));
    this.#underWay.set(messageId, work);
  }

  async #send(mail: ClaimedMail, config: MailConfig): Promise<void> {
    const progress = await this.#try(mail, config);
    this.#unwritten.set(mail.messageId, progress);
    await this.#write(progress, config);
  }

  /** A result that cannot be written must not stop other mails. */
  async #writeLate(progress: Progress, config: MailConfig): Promise<void> {
    await this.#write(progress, config).catch((error: unknown) =>
      this.#log.warn(
        { messageId: progress.messageId, error: describe(error) },
        "the result of a mail will be written later",
      ),
    );
  }

  async #write(progress: Progress, config: MailConfig): Promise<void> {
    const giveUpMs = config["give-up"];
    await this.#database
      .transaction()
      .execute((transaction) => writeProgress(transaction, this.number, progress, giveUpMs));
    this.#unwritten.delete(progress.messageId);
  }

  /** One transaction with the relay. */
  async #try(mail: ClaimedMail, config: MailConfig): Promise<Progress> {
    const { messageId, recipients, subject, body, html, headers, tries, pending, troubled, apart } = mail;
    const fresh = pending.filter((recipient) => !troubled.includes(recipient));
    // Each recipient gets its own transaction, in turn; those who were rejected for now come last.
    const tried = apart ? [fresh[0] ?? pending[tries % pending.length]!] : pending;
    const rest = pending.filter((recipient) => !tried.includes(recipient));
    const pause = pauseMs(tries, { firstMs: config.retry, longestMs: config["retry-max"] });
    const base = { messageId, accepted: [], turnedAway: [], apart, error: null, pauseMs: pause };
    let refused: RelayError[] = [];
    try {
      const forms = html === null ? { text: body } : { text: body, html };
      const envelope = { from: config.from, to: tried };
      const message = { from: config.from, to: recipients, subject, ...forms, messageId, headers, envelope };
      refused = (await this.#relay.sendMail(message)).rejectedErrors ?? [];
    } catch (thrown) {
      const error = thrown as RelayError;
      this.#log.warn({ messageId, error: error.message }, "the relay does not accept a mail");
      const meaning = meaningOf(answerIn(error));
      // Each recipient was rejected individually.
      if (error.rejectedErrors?.length === tried.length) refused = error.rejectedErrors;
      else if (meaning === "relay") return { ...base, pending, error: error.message };
      // The mail itself was rejected: the reason may be only one of the recipients.
      else if (tried.length > 1 && meaning === "never")
        return { ...base, pending, apart: true, error: error.message, pauseMs: 0 };
      else refused = tried.map((recipient) => Object.assign(new Error(error.message), error, { recipient }));
    }
    const turned = refused
      .flatMap((error) => {
        const recipients = addressedBy(error.recipient ?? "", tried);
        return recipients.map((recipient) => ({ error, recipient, meaning: meaningOf(answerIn(error)) }));
      })
      .filter((each, index, all) => all.findIndex(({ recipient }) => recipient === each.recipient) === index);
    const later = turned.filter(({ meaning }) => meaning !== "never").map(({ recipient }) => recipient);
    return {
      ...base,
      accepted: tried.filter((recipient) => !turned.some((one) => one.recipient === recipient)),
      turnedAway: turned
        .filter(({ meaning }) => meaning !== "relay")
        .map(({ recipient, error, meaning }) => ({ recipient, error: error.message, isFinal: meaning === "never" })),
      pending: [...rest, ...later],
      error:
        turned.length === 0 ? null : turned.map(({ recipient, error }) => `${recipient}: ${error.message}`).join("; "),
      pauseMs: rest.some((recipient) => fresh.includes(recipient)) ? 0 : pause,
    };
  }
}

function answerIn({ code, responseCode = 0, command = "", response, message }: RelayError): RelayAnswer {
  // The mail is larger than the relay accepts, so it was not even sent.
  const isTooLarge = code === "EMESSAGE" && command === "MAIL FROM";
  return { code: isTooLarge ? 552 : responseCode, command, text: response ?? message };
}

/** The recipients of a relay's answer. Two of them may differ only in upper and lower case; the relay treats them as one. */
function addressedBy(answered: string, tried: readonly string[]): string[] {
  const exact = tried.filter((one) => one === answered);
  return exact.length > 0 ? exact : tried.filter((one) => asRelayWrites(one) === asRelayWrites(answered));
}

/** Nodemailer normalizes addresses: domains in lower case and in ASCII. */
function asRelayWrites(address: string): string {
  const [local = "", domain = ""] = address.split("@");
  return `${local}@${domainToASCII(domain)}`.toLowerCase();
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
