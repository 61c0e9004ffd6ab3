/** What one line of output means to a reader of TAP. */
export type TapLine =
  | { kind: "tap"; text: string }
  /** A harness begins another file, so the previous one has ended. */
  | { kind: "file"; name: string }
  /** A harness's result for the whole file. */
  | { kind: "file-result"; result: "passed" | "failed" | "skipped"; message: string }
  | { kind: "bail-out"; reason: string }
  /** Text for people, without a result. */
  | { kind: "nothing" };

/** The line in which `prove` and `pg_prove` name a file, with or without the time: `t/basic.t .. ok`. */
const proveFile = /^(?:\[\d\d:\d\d:\d\d\] )?((?:\S*\/)?\S+\.(?:t|sql|pg|pl|sh|py|js|ts|php|rb)|t\/\S+) \.{2,} ?(.*)$/;
const proveTrouble = /^(?:Dubious, test returned|Failed \d+\/\d+ subtests|No subtests run|All \d+ subtests passed)/;
const proveWords = /^(?:ok\s*$|All tests successful|Files=\d|Result: |\t\(|\[\d\d:\d\d:\d\d\]\s*$)/;
const longestFileLine = 1_000;
const tapLine = /^(?:ok|not ok|TAP version|1\.\.\d)/;
const bailOut = /^(?:Bailout called\.\s+Further testing stopped:|FAILED--Further testing stopped:)\s*(.*)$/;
const ktapVersion = /^\s*KTAP version \d+\s*$/;
const kernelTime = /^\[\s*\d+\.\d+\] ?/;

/** Reads formats that are similar to TAP: the text of `prove -v` and `pg_prove`, and KTAP of the Linux kernel. */
export function tapDialects(): (line: string) => TapLine[] {
  let mode: "tap" | "prove" | "ktap" = "tap";
  let isSummary = false;
  let hasTap = false;

  return (line) => {
    if (mode === "tap" && ktapVersion.test(line.replace(kernelTime, ""))) mode = "ktap";
    if (mode === "ktap") return [ktapLine(line)];
    // prove names a file before its first line of TAP. The same text later is output of the test.
    const mayNameFile = (mode === "prove" || !hasTap) && line.length < longestFileLine && line.includes(" ..");
    const file = mayNameFile ? proveFile.exec(line) : null;
    hasTap ||= tapLine.test(line);
    if (file !== null && !isSummary) {
      mode = "prove";
      return [{ kind: "file", name: file[1]! }, ...fileResult(file[2]!)];
    }
    if (mode !== "prove") {
      const reason = bailOut.exec(line)?.[1];
      return [reason === undefined ? { kind: "tap", text: line } : { kind: "bail-out", reason }];
    }
    const reason = bailOut.exec(line)?.[1];
    if (reason !== undefined) return [{ kind: "bail-out", reason }];
    if (line.startsWith("Test Summary Report")) isSummary = true;
    if (isSummary || proveWords.test(line)) return [{ kind: "nothing" }];
    if (proveTrouble.test(line)) return fileResult(line);
    return [{ kind: "tap", text: line }];
  };
}

/** `ok`, `skipped: no display`, `Failed 2/9 subtests` … */
function fileResult(text: string): TapLine[] {
  if (/^ok\b/.test(text)) return [{ kind: "file-result", result: "passed", message: "" }];
  const skipped = /^skipped: ?(.*)$/.exec(text);
  if (skipped !== null) return [{ kind: "file-result", result: "skipped", message: skipped[1]! }];
  if (/^All \d+ subtests passed/.test(text)) return [];
  return proveTrouble.test(text) ? [{ kind: "file-result", result: "failed", message: text.trim() }] : [];
}

/** KTAP indents by two spaces where TAP indents by four, and marks expected failures with XFAIL instead of TODO. */
function ktapLine(raw: string): TapLine {
  const line = raw.replace(kernelTime, "");
  if (ktapVersion.test(line)) return { kind: "nothing" };
  const indent = /^ */.exec(line)![0].length;
  const text = line.trimStart().replace(/# XFAIL\b/, "# TODO");
  return { kind: "tap", text: " ".repeat(2 * indent) + text };
}
