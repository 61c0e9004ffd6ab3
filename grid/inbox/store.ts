import { createHash } from "node:crypto";
import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type AddressObject, simpleParser } from "mailparser";

/** A mail as the inbox shows it. `copies` counts how often one Message-ID has arrived. */
export interface InboxMessage {
  to: string[];
  from: string;
  subject: string;
  text: string;
  html: string | null;
  headers: Record<string, string>;
  receivedAt: string;
  copies: number;
}

/** Keeps mails as files, so that accepted mails survive if the process dies. */
export class InboxStore {
  readonly #folder: string;
  readonly #messages = new Map<string, InboxMessage>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async load(): Promise<void> {
    for (const file of readdirSync(this.#folder)
      .filter((name) => name.endsWith(".eml"))
      .sort()) {
      const [stamp] = file.split("-");
      await this.#remember(readFileSync(join(this.#folder, file)), new Date(Number(stamp)).toISOString());
    }
  }

  /** Stores a mail; when this returns it is on disk. */
  async add(raw: Buffer): Promise<void> {
    const at = Date.now();
    const file = join(this.#folder, `${at}-${createHash("sha256").update(raw).digest("hex").slice(0, 16)}.eml`);
    writeFileSync(`${file}.tmp`, raw);
    renameSync(`${file}.tmp`, file);
    await this.#remember(raw, new Date(at).toISOString());
  }

  list(): InboxMessage[] {
    return [...this.#messages.values()];
  }

  async #remember(raw: Buffer, receivedAt: string): Promise<void> {
    const mail = await simpleParser(raw);
    const key = mail.messageId ?? createHash("sha256").update(raw).digest("hex");
    const known = this.#messages.get(key);
    if (known !== undefined) {
      known.copies++;
      return;
    }
    this.#messages.set(key, {
      to: addresses(mail.to),
      from: mail.from?.text ?? "",
      subject: mail.subject ?? "",
      text: mail.text ?? "",
      html: mail.html || null,
      headers: Object.fromEntries(
        mail.headerLines.map(({ key: name, line }) => [name, line.slice(line.indexOf(":") + 1).trim()]),
      ),
      receivedAt,
      copies: 1,
    });
  }
}

function addresses(field: AddressObject | AddressObject[] | undefined): string[] {
  return [field].flat().flatMap((object) => object?.value.map(({ address }) => address ?? "") ?? []);
}
