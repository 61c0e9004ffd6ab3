/** A mail that is ready to be queued, but for its recipients. */
export interface Message {
  messageId: string;
  jobId: string | null;
  submissionId: string | null;
  subject: string;
  body: string;
  headers: Record<string, string>;
}

const autoSubmitted = {
  "Auto-Submitted": "auto-generated",
  Precedence: "bulk",
  "X-Auto-Response-Suppress": "All",
} as const;

/** What every mail says of itself, and what it is about. */
export function headersOf(about: Record<string, string>): Record<string, string> {
  return {
    ...autoSubmitted,
    ...Object.fromEntries(Object.entries(about).map(([name, value]) => [`X-Holdfast-${name}`, oneLine(value)])),
  };
}

/** The id under which a mail is recognised, however often it is sent. */
export function messageIdOf(kind: string, subjectId: string): string {
  return `<${kind}.${subjectId}@holdfast>`;
}

/** Text that cannot break out of its line: no control characters, no line ends, at most `limit` characters. */
export function oneLine(text: string, limit = 200): string {
  const clean = text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, " ").trim();
  return clean.length > limit ? `${clean.slice(0, limit - 1)}…` : clean;
}

/** Lines of text as a block, without what a terminal or mail program would obey. */
export function block(text: string, limitLines: number): string {
  const clean = text.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, "").replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, "�");
  return clean
    .trimEnd()
    .split("\n")
    .slice(-limitLines)
    .map((line) => `  | ${oneLine(line, 400)}`)
    .join("\n");
}

/** Two columns: names and values. */
export function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${oneLine(value, 1_000)}`).join("\n");
}

export function paragraphs(parts: readonly (string | null)[]): string {
  return `${parts.filter((part) => part !== null).join("\n\n")}\n`;
}
