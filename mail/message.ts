import { createHash } from "node:crypto";
import { htmlOf } from "./rendering/html.js";
import { textOf } from "./rendering/text.js";
import { fit } from "./rendering/size.js";
import type { MailDocument } from "./mail-document.js";
import { oneLine } from "./rendering/plain.js";

/** A mail that is ready to be queued. Only its recipients are missing. */
export interface Message {
  messageId: string;
  jobId: string | null;
  submissionId: string | null;
  subject: string;
  body: string;
  html: string;
  headers: Record<string, string>;
}

/** The fields of every kind of mail. */
export interface Draft {
  /** `<kind>.<id>` identifies the mail. It stays the same, however often the mail is made and sent. */
  kind: string;
  id: string;
  /** The sender as grid.yaml has it under `mail.from`; ids are made in its domain. */
  from: string;
  jobId: string | null;
  submissionId: string | null;
  subject: string;
  document: MailDocument;
  /** What it is about: header fields without their `X-Holdfast-`. */
  about: Record<string, string>;
  /** The list that filters sort it by, such as a project. */
  list: string;
  /** Mails with the same thread are shown together; null for a mail without a thread. */
  thread: string | null;
}

/**
 * Builds a mail, in text and HTML, with the header fields of an automatic mail:
 * - Auto-Submitted (RFC 3834, section 5);
 * - Precedence and X-Auto-Response-Suppress, so that no out-of-office reply answers it;
 * - List-Id (RFC 2919, section 3);
 * - References and In-Reply-To (RFC 5322, section 3.6.4). They name a root mail that is never sent, so that clients show related
 *   mails as one thread.
 */
export function messageOf(draft: Draft): Message {
  const { kind, id, from, jobId, submissionId, document, about, list, thread } = draft;
  const subject = oneLine(draft.subject);
  const root = thread === null ? null : messageIdOf("thread", thread, from);
  return {
    messageId: messageIdOf(kind, id, from),
    jobId,
    submissionId,
    subject,
    ...fit(document, (fitting) => ({ body: textOf(fitting), html: htmlOf(fitting) })),
    headers: {
      "Auto-Submitted": "auto-generated",
      Precedence: "bulk",
      "X-Auto-Response-Suppress": "All",
      "List-Id": listIdOf(list, from),
      ...(root === null ? {} : { References: root, "In-Reply-To": root }),
      ...Object.fromEntries(Object.entries(about).map(([name, value]) => [`X-Holdfast-${name}`, oneLine(value)])),
    },
  };
}

/** The id by which a mail is recognized, however often it is sent (RFC 5322, section 3.6.4). */
export function messageIdOf(kind: string, id: string, from: string): string {
  return `<${kind}.${atoms(id)}@${domainOf(from)}>`;
}

/** `<project>.holdfast.<domain>`, by which people may sort their mails (RFC 2919, section 2). */
function listIdOf(list: string, from: string): string {
  const label = list
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
  return `<${label === "" ? shortHash(list) : label}.holdfast.${domainOf(from)}>`;
}

/** The domain of a sender such as `Holdfast <grid@example.org>`. */
function domainOf(from: string): string {
  return /@([A-Za-z0-9][A-Za-z0-9.-]{0,252})>?\s*$/.exec(from)?.[1]?.toLowerCase() ?? "holdfast.invalid";
}

/** The part of a message id before the @: the given id if its characters are allowed there, else its hash. */
function atoms(id: string): string {
  return /^[\w+-]+(?:\.[\w+-]+)*$/.test(id) && id.length <= 120 ? id : shortHash(id);
}

function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 24);
}
