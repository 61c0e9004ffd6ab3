import type { LogExcerpt } from "../domain/mail/story/decisive-lines.js";

/** How something is shown: well, broken, waiting, or neither. */
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
  /** What is said of it beside. */
  aside?: string;
  /** More of it, line by line. */
  detail?: string[];
  /** Where it leads, an http address. */
  link?: string;
  /** What else may be done about it, and the http address for that. */
  also?: { text: string; link: string };
}

export interface Mark {
  sign: "+" | "~" | "-";
  /** What it stands for. */
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

/** What a mail says, before it is put into words for a terminal or a screen. Values may hold anything. */
export interface MailDocument {
  tone: Tone;
  /** The word that it begins with, such as PASS. */
  badge: string;
  title: string;
  /** What it comes to, in a sentence or two each. */
  lead: string[];
  parts: Part[];
}

/** How much of a value is shown; together they keep a mail below 200 kB, whatever its values hold. */
export const limits = { name: 160, value: 400, lead: 500, aside: 120, logLine: 200, command: 600 } as const;
