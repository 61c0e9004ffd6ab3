/** One line of a log; `number` counts from 1. The key line is the one that says what went wrong. */
export interface LogLine {
  number: number;
  text: string;
  isKey: boolean;
}

/** The part of a log that shows why a test did not pass. */
export interface LogExcerpt {
  /** How it was found, for people. */
  why: string;
  /** In order; a gap in the numbers is a gap in the excerpt. */
  lines: LogLine[];
  /** How many lines the log has. */
  of: number;
}

const linesBefore = 3;
const linesAfter = 14;
const excerptsAtMost = 3;
/** A log may have thousands of headings. Only the first ones are searched for an explanation. */
const headingsAtMost = 50;
const endLines = 25;
/** How many of the last lines every excerpt also shows. */
const lastLines = 5;
const longestLine = 400;

/** A line that begins the report about one failed test: TAP, node:test, pytest, JUnit's runners, Go, Rust, jest. */
const headings = [
  /^\s*not ok\b(?!.*#\s*(?:todo|skip)\b)/i,
  /^\s*[✖✗✘×●]\s+\S/u,
  /^_{3,} .+ _{3,}$/,
  /^\s*--- FAIL: /,
  /^(?:FAILED|ERROR) \S+::/,
  /<<< (?:FAILURE|ERROR)!/,
  /^---- .+ stdout ----$/,
  /^(?:FAIL|ERROR): \w+/,
];

/** A line that says what went wrong, no matter which program wrote it. */
const troubles = [
  /\bpanicked at\b|^panic: |^fatal error: |^SIG[A-Z]+: /,
  /^E\s{2,}\S/,
  /\b\w*Assertion\w*(?:Error|Exception|FailedError)?\b.*(?:failed|:)|\bassert(?:ion)? failed\b/i,
  /^Traceback \(most recent call last\)/,
  /^\s*(?:Uncaught )?[\w.$]*(?:Error|Exception)\b(?: \[\w+\])?(?::|$)/,
  /^\s+[\w./-]+_test\.go:\d+: \S/,
  /^Exception in thread /,
  /\bSegmentation fault\b|\bcore dumped\b|\bAddressSanitizer\b/,
  /^[^\s:]+:\d+(?::\d+)?: (?:fatal )?error\b|^[^\s:]+\(\d+,\d+\): error\b|\berror(?:\[E\d+\]| TS\d+):/,
  /\b(?:expected|wanted)\b.+\b(?:got|actual|received|but was|found)\b/i,
  /^\s*(?:error|fatal|failed|failure)\b\s*[:!]/i,
];

/**
 * A log level, or a word for an error. It is less reliable than the others, because logs of passing tests have such lines
 * too.
 */
const errorWords = [
  /^(?!.*\b(?:0|no) (?:errors?|fail(?:ed|ures?))\b).*\b(?:error|fatal|critical|failed|failure|cannot|could not|denied)\b/i,
];

/**
 * The decisive lines of a log: those around the first mention of each failing subtest; else those around the first assertion,
 * exception or stack; else those around the last line that mentions an error; else the end. Linear in the log's length.
 * @param failing names of the failing subtests; an exit code names none
 */
export function decisiveLines(log: string, failing: readonly string[]): LogExcerpt {
  const texts = splitLog(log);
  const mentions = failing.slice(0, excerptsAtMost).flatMap((name) => mentionOf(texts, name) ?? []);
  const headed = mentions.length > 0 ? mentions : allOf(texts, headings).slice(0, headingsAtMost);
  const sure = mentions.length > 0 ? mentions : [explained(texts, headed) ?? []].flat();
  if (sure.length > 0) return excerpt(texts, sure, "around the first mention of what did not pass");
  const trouble = allOf(texts, troubles).slice(0, 1);
  if (trouble.length > 0) return excerpt(texts, trouble, "around the first error in it");
  const named = allOf(texts, errorWords).slice(-1);
  if (named.length > 0) return excerpt(texts, named, "around the last line that speaks of an error");
  const start = Math.max(0, texts.length - endLines);
  const lines = texts.slice(start).map((text, index) => ({ number: start + index + 1, text, isKey: false }));
  return { why: "its end", lines, of: texts.length };
}

function splitLog(log: string): string[] {
  const lines = log.replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, "").split(/\r?\n/);
  while (lines.length > 0 && lines.at(-1)!.trim() === "") lines.pop();
  // A progress bar overwrites its own text. Only the last text of a line counts.
  return lines.map((line) => line.slice(line.lastIndexOf("\r") + 1, line.lastIndexOf("\r") + 1 + longestLine));
}

/** The line in which a runner reports this subtest, preferably with a reason; else a line with both its name and an error. */
function mentionOf(texts: readonly string[], name: string): number | undefined {
  const wanted = lastName(name);
  if (wanted === undefined) return undefined;
  const naming: number[] = [];
  for (const [index, text] of texts.entries()) if (text.includes(wanted)) naming.push(index);
  return (
    explained(
      texts,
      naming.filter((index) => matchesAny(texts[index]!, headings)),
    ) ?? naming.find((index) => matchesAny(texts[index]!, troubles))
  );
}

/** The first of these lines that is followed by an error; else the first of them. */
function explained(texts: readonly string[], headed: readonly number[]): number | undefined {
  const isExplained = (index: number) =>
    texts.slice(index + 1, index + 1 + linesAfter).some((text) => matchesAny(text, troubles));
  return headed.find(isExplained) ?? headed[0];
}

/**
 * The part that a runner prints of a name such as `suite › case`, `tests/a.py::TestB::test_c` or `pkg.Class.method`;
 * undefined for an exit code.
 */
function lastName(name: string): string | undefined {
  if (/^(?:exit \d+|build |was ended by|ran into|all skipped)/.test(name)) return undefined;
  const last = name
    .split(/ (?:›|>|\/) |::/u)
    .at(-1)!
    .trim();
  return last.length < 3 ? undefined : last;
}

function allOf(texts: readonly string[], patterns: readonly RegExp[]): number[] {
  return [...texts.keys()].filter((index) => matchesAny(texts[index]!, patterns));
}

function matchesAny(text: string, patterns: readonly RegExp[]): boolean {
  return patterns.some((pattern) => pattern.test(text));
}

/** The lines around the keys, each line once. */
function excerpt(texts: readonly string[], keys: readonly number[], why: string): LogExcerpt {
  const shown = new Map<number, boolean>();
  for (const key of keys) {
    const end = Math.min(texts.length, key + 1 + Math.ceil(linesAfter / Math.min(2, keys.length)));
    for (let index = Math.max(0, key - linesBefore); index < end; index++)
      shown.set(index, shown.get(index) === true || index === key);
  }
  for (let index = Math.max(0, texts.length - lastLines); index < texts.length; index++)
    if (!shown.has(index)) shown.set(index, false);
  const lines = [...shown]
    .sort(([left], [right]) => left - right)
    .map(([index, isKey]) => ({ number: index + 1, text: texts[index]!, isKey }));
  return { why, lines, of: texts.length };
}
