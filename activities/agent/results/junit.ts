import { hasFailed, longestMessage } from "../../../domain/results/subtest.js";
import { setImmediate } from "node:timers/promises";
import { SaxesParser, type SaxesTagPlain } from "saxes";
import type { Counting } from "../../../domain/results/tally.js";
import { caseOf, type Case, outcomeOf, Suites, type TextOf } from "./junit-case.js";
import { dotnetCase, isDotnetRoot } from "./dotnet.js";
import { XmlText } from "./xml-text.js";

/** The result of reading one report, besides the subtests. */
export interface ReportEnd {
  /** Why the report may be incomplete; null if it is not. */
  problem: string | null;
  /** What was left unread because of a limit of the grid; null if nothing was. */
  unread: string | null;
  /** A harmless mistake in the report; null if there is none. */
  remark: string | null;
  /** The root element of a summary file, which names no tests; null for a report. */
  summary: string | null;
}

const mostSubtests = 200_000;
const deepest = 100;
const pieceLength = 256 * 1024;
/** Root elements of the summary files that Failsafe, TestNG and others write. */
const summaries = new Set(["failsafe-summary", "testng-results", "suite", "coverage", "checkstyle"]);
/** XML mistakes after which the rest of the document can still be understood. */
const harmless =
  /disallowed character|is disallowed in char data|attribute|malformed comment|XML declaration|entity|whitespace required|only one root|outside of root/;

/**
 * Reads one report of JUnit, NUnit, xUnit.net or TRX. JUnit's testsuites may be nested, and failures and errors are kept
 * apart. Printed output is left out, and only XML's own entities are expanded.
 * @param pieces the text of the report
 */
export async function readJunit(
  pieces: Iterable<string> | AsyncIterable<string>,
  counting: Counting,
): Promise<ReportEnd> {
  const parser = new SaxesParser();
  const suites = new Suites();
  const open: string[] = [];
  const end: ReportEnd = { problem: null, unread: null, remark: null, summary: null };
  let isStopped = false;
  let current: Case | undefined;
  let heard: TextOf | undefined;

  const stop = (why: Partial<ReportEnd>) => {
    isStopped = true;
    Object.assign(end, why);
  };
  parser.on("error", ({ message }) => {
    if (harmless.test(message)) end.remark ??= `is not quite XML: ${message}`;
    else if (!isStopped) end.problem ??= message;
  });
  parser.on("doctype", () => {
    end.problem ??= "a DOCTYPE is refused";
  });
  parser.on("opentag", (tag) => {
    const name = localName(tag);
    if (isStopped) return;
    if (open.length === 0 && !begins(name)) return;
    open.push(name);
    if (open.length > deepest) return stop({ unread: `what is nested deeper than ${deepest} elements` });
    const attributes = tag.attributes as Record<string, string>;
    if (name === "testsuite" || name === "testsuites") suites.open(name, attributes);
    if (name === "testcase") current = caseOf(attributes, suites);
    current ??= dotnetCase(name, attributes);
    if (isHeard(name, current))
      heard = { element: name, message: attributes["message"] ?? "", type: attributes["type"] ?? "", text: "" };
  });
  const onText = (piece: string) => {
    if (heard !== undefined && heard.text.length < longestMessage) heard.text += piece;
  };
  parser.on("text", onText);
  parser.on("cdata", onText);
  parser.on("closetag", (tag) => {
    const name = localName(tag);
    if (isStopped) return;
    open.pop();
    if (heard?.element === name) {
      // NUnit repeats in each suite that a test in it failed.
      const isRepeated =
        current === undefined && /^\s*One or more child tests had/.test(`${heard.message}${heard.text}`);
      if (isRepeated) suites.note();
      else if (current === undefined) count(outcomeOf(suites.asCase(), heard));
      else current = outcomeOf(current, heard);
      heard = undefined;
    }
    if (current !== undefined && current.element === name) {
      count(current);
      current = undefined;
    }
    if (name === "testsuite" || name === "testsuites") {
      const lost = suites.close();
      if (lost !== undefined) count(lost);
    }
  });

  /** Whether a root element is that of a report. */
  function begins(name: string): boolean {
    if (/^testsuites?$/.test(name) || isDotnetRoot(name)) return true;
    if (summaries.has(name)) stop({ summary: name, problem: null });
    else stop({ problem: `is not a JUnit report: its root is <${name}>` });
    return false;
  }

  function count({ failedAt, identity, isFlaky, name, result, message }: Case): void {
    if (counting.total >= mostSubtests) return stop({ unread: `more than ${mostSubtests} testcases` });
    const isBad = hasFailed({ result });
    if (isBad || isFlaky || result === "todo") suites.note();
    counting.add({ name, result, message }, isBad ? failedAt : null, identity);
    if (isFlaky && !isBad) counting.addFlaky(name);
  }

  const xml = new XmlText();
  for await (const piece of pieces) {
    for (let start = 0; start < piece.length && !isStopped; start += pieceLength) {
      parser.write(xml.write(piece.slice(start, start + pieceLength)));
      // This lets the agent watch the machine in between.
      await setImmediate();
    }
    if (isStopped) return end;
  }
  parser.write(xml.end());
  parser.close();
  // A testcase that is still open at the end of a truncated report counts if it has failed.
  if (current !== undefined && hasFailed(current)) count(current);
  return end;
}

const heardElements = new Set([
  "failure",
  "error",
  "skipped",
  "flakyFailure",
  "flakyError",
  "rerunFailure",
  "rerunError",
]);

/** Whether an element states the result of its parent testcase or suite. */
function isHeard(name: string, current: Case | undefined): boolean {
  if (current !== undefined && current.element !== "testcase") return name === "message" || name === "Message";
  return heardElements.has(name);
}

function localName(tag: SaxesTagPlain): string {
  return tag.name.slice(tag.name.indexOf(":") + 1);
}
