import { describe, expect, test } from "@jest/globals";
import { simpleParser } from "mailparser";
import nodemailer from "nodemailer";
import type { Message } from "../../mail/message.js";
import { allMails } from "../support/mails.js";

const values: [string, string][] = [
  ["5,000 characters", "x".repeat(5_000)],
  ["5,000 characters with a long escape", '"'.repeat(5_000)],
  ["5,000 wide characters", "漢".repeat(5_000)],
  ["2,500 surrogate pairs", "🙈".repeat(2_500)],
  ["5,000 characters that a relay must write as three", "=".repeat(5_000)],
  ["markup", `</style></td></table><script>alert(1)</script><img src=x onerror=alert(2)>"'><b>`.repeat(20)],
  ["text from right to left", "שלום עולם مرحبا بالعالم ".repeat(40)],
  ["overridden directions", "\u202egnp.exe \u2066\u2067 left open ".repeat(40)],
  ["control characters", "\u001b[31mred\u0000\u0007\u0008\u009b\u2028\u2029\u0085".repeat(40)],
  ["a header of its own", "x\r\nBcc: all@example.org\r\n\r\nbody".repeat(10)],
  ["nothing", ""],
  ["a binary log", String.fromCharCode(...Array.from({ length: 5_000 }, (_, index) => (index * 7919) % 256))],
  ["unpaired surrogates", "\ud83d x \ude48".repeat(200)],
  ["template and regular expression signs", "$& $1 ${x} {{x}} %s \\".repeat(40)],
];

/** A mail as a relay gets it, and as a mail program parses it. */
async function delivered(mail: Message) {
  const transport = nodemailer.createTransport({ streamTransport: true, buffer: true });
  const { subject, body, html, messageId, headers } = mail;
  const sent = await transport.sendMail({
    from: "grid@example.org",
    to: "dev@example.org",
    subject,
    text: body,
    html,
    messageId,
    headers,
  });
  const raw = sent.message as Buffer;
  return { raw, parsed: await simpleParser(raw) };
}

describe.each(values)("with %s as every value", (_what, value) => {
  test.each(allMails(value))("the mail %s stays one mail of limited size", async (kind, mail) => {
    const { raw, parsed } = await delivered(mail);
    expect(raw.length).toBeLessThan(200_000);
    expect(parsed.headerLines.map(({ key }) => key).filter((key) => ["bcc", "cc"].includes(key))).toEqual([]);
    expect(parsed).toMatchObject({ messageId: mail.messageId, from: { text: "grid@example.org" }, attachments: [] });
    for (const [name, text] of Object.entries({ subject: mail.subject, ...mail.headers }))
      expect({ name, text }).toEqual({
        name,
        text: expect.not.stringMatching(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/),
      });
    expect(parsed.text!.trimEnd()).toBe(mail.body.trimEnd());
    expect(mail.body).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/);
    expect(kind).toMatch(
      new RegExp(`^${mail.subject.split(" ")[0]!.toLowerCase()}|outage|downtime|share|held|rejection|environment`),
    );
  });

  test.each(allMails(value))("no markup breaks out of the mail %s", (_kind, { html }) => {
    expect(tagsOf(html)).toEqual(tagsOf(expectedShape(html)));
    expect(html).not.toMatch(/<(?:script|img|iframe|link|object|form)\b/i);
    expect(html.match(/(?:src|href)="[^"]*"/g)?.filter((link) => !/^href="https?:\/\//.test(link)) ?? []).toEqual([]);
    expect(html).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  });
});

const known = new Set(
  "html head meta title style body table tr td th span h1 h2 p bdi ul li div a details summary".split(" "),
);

function tagsOf(html: string): string[] {
  return [...html.matchAll(/<\/?([a-zA-Z][\w-]*)/g)]
    .map(([, tag]) => tag!.toLowerCase())
    .filter((tag) => !known.has(tag));
}

/** Expects that each of the layout's own elements is closed. No other element is allowed. */
function expectedShape(html: string): string {
  for (const tag of ["table", "tr", "td", "bdi", "div", "a", "details", "body"]) {
    const count = (form: RegExp) => html.match(form)?.length ?? 0;
    expect({ tag, open: count(new RegExp(`<${tag}[ >]`, "g")) }).toEqual({
      tag,
      open: count(new RegExp(`</${tag}>`, "g")),
    });
  }
  return "";
}
