/** Control characters of terminals and mail programs, and bidi controls that affect other lines. */
const obeyed = /\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?/g;
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
const bidi = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const lineEnds = /[\r\n\t\u0085\u2028\u2029]+/g;
const halves = /[\ud800-\udfff]/gu;

/** Text that cannot break out of its line: no control characters, no line ends, no bidi controls, at most `limit` characters. */
export function oneLine(text: string, limit = 200): string {
  // Cuts the text first: cleaning megabytes for one line would take long.
  const clean = text
    .slice(0, limit * 8 + 200)
    .replace(obeyed, "")
    .replace(lineEnds, " ")
    .replace(controls, "\ufffd")
    .replace(bidi, "\ufffd")
    .replace(halves, "\ufffd")
    .trim();
  return clean.length > limit ? `${clean.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, "")}…` : clean;
}

/** The same for text whose leading spaces matter, such as a line of a log. */
export function logLine(text: string, limit: number): string {
  const indent = /^[ \t]*/.exec(text)![0].replaceAll("\t", "    ").slice(0, 12);
  return indent + oneLine(text, limit);
}

const calmer: readonly (readonly [string, string])[] = [
  ["failures", "negative results"],
  ["failure", "negative result"],
  ["failed", "did not pass"],
  ["failing", "not passing"],
  ["fails", "does not pass"],
  ["fail", "not pass"],
];

/**
 * Rewrites the grid's own words without the word "fail", for a mail that reports no failure. Names that people gave stay as they
 * are, if they are quoted or part of a longer name.
 */
export function calm(text: string): string {
  return calmer.reduce(
    (known, [word, better]) => known.replace(new RegExp(`(?<![\\w"'\`/:.-])${word}(?![\\w"'\`/-])`, "gi"), better),
    text,
  );
}

/** The items that are shown, and how many are left out. */
export function atMost<T>(items: readonly T[], limit: number): { shown: T[]; more: number } {
  return { shown: items.slice(0, limit), more: Math.max(0, items.length - limit) };
}
