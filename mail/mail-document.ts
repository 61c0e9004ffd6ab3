import type { LogExcerpt } from "../domain/mail/details/decisive-lines.js";

/** The color of something: good, broken, waiting, or neutral. */
export type Tone = "good" | "bad" | "held" | "plain";

export interface Fact {
  name: string;
  value: string;
  /** Where the value leads, an http address. */
  link?: string;
  tone?: Tone;
}

export interface Item {
  text: string;
  tone: Tone;
  /** A note next to it. */
  aside?: string;
  /** More of it, line by line. */
  detail?: string[];
  /** Where it leads, an http address. */
  link?: string;
  /** A further action, with its http address. */
  also?: { text: string; link: string };
}

export interface Mark {
  sign: "+" | "~" | "-";
  /** The run that it represents. */
  says: string;
}

/** A part of a mail; each is shown in text and in HTML alike. */
export type Part =
  | { kind: "prose"; title: string; lines: string[] }
  | { kind: "facts"; title: string; facts: Fact[] }
  | { kind: "items"; title: string; lead?: string; items: Item[]; more: number }
  | { kind: "excerpt"; title: string; excerpt: LogExcerpt; empty: string }
  | { kind: "marks"; title: string; lead: string; marks: Mark[]; legend: string }
  | { kind: "commands"; title: string; lead: string; commands: string[] };

/** The content of a mail, before it is rendered as text or HTML. Values may contain anything. */
export interface MailDocument {
  tone: Tone;
  /** The word that it begins with, such as PASS. */
  badge: string;
  title: string;
  /** The summary, one or two sentences each. */
  lead: string[];
  /** The page about it, an http address. */
  page?: string;
  parts: Part[];
  /** Parts that few readers need. HTML folds them, text has them at the end. */
  folded?: Part[];
}

/** How many characters of a value are shown, so that a mail stays below 200 kB. */
export const limits = { name: 160, value: 400, lead: 500, aside: 120, logLine: 200, command: 600 } as const;

/** The title of the folded part: `More: evidence, attempts, how to reproduce`. */
export function foldTitle(folded: readonly Part[]): string {
  const names = folded.map(({ title }) => title.split(" · ")[0]!);
  return `More: ${names.map((name) => `${name[0]!.toLowerCase()}${name.slice(1)}`).join(", ")}`;
}
