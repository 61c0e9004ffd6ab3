import { setImmediate } from "node:timers/promises";
import { SaxesParser, type SaxesTagPlain } from "saxes";
import type { Counting } from "../../../domain/results/tally.js";
import type { Subtest } from "../../../domain/verdict/attempt.js";

/** A file that is not a JUnit report, or not one to be trusted. */
export class JunitError extends Error {
  override name = "JunitError";
}

const mostSubtests = 200_000;
const deepest = 100;
const longestText = 4_000;
const pieceLength = 256 * 1024;

interface Suite {
  name: string;
  told: number;
  counted: number;
}

interface Case {
  name: string;
  result: Subtest["result"];
  message: string;
  failedAt: string | null;
}

/**
 * Reads one JUnit report: testsuites within testsuites, failures apart from errors; what was printed is left out.
 * Nothing is expanded but the five entities of XML itself.
 * @throws JunitError for what is not well formed, has a DOCTYPE, is nested too deeply or is something else than JUnit
 */
export async function readJunit(text: string, counting: Counting): Promise<void> {
  const parser = new SaxesParser();
  const suites: Suite[] = [];
  const open: string[] = [];
  let current: Case | undefined;
  let heard: { message: string; text: string } | undefined;

  const refuse = (why: string): never => {
    throw new JunitError(why);
  };
  parser.on("error", (error) => refuse(error.message));
  parser.on("doctype", () => refuse("a DOCTYPE is refused"));
  parser.on("opentag", (tag) => {
    const name = localName(tag);
    if (open.length === 0 && !/^testsuites?$/.test(name)) refuse(`is not a JUnit report: its root is <${name}>`);
    open.push(name);
    if (open.length > deepest) refuse("is nested too deeply");
    const attributes = tag.attributes as Record<string, string>;
    if (name === "testsuite" || name === "testsuites") suites.push(suiteOf(name, attributes));
    if (name === "testcase") current = caseOf(attributes, suites);
    if (isOutcome(name)) heard = { message: attributes["message"] ?? "", text: "" };
  });
  const onText = (piece: string) => {
    if (heard !== undefined && isOutcome(open.at(-1) ?? "") && heard.text.length < longestText) heard.text += piece;
  };
  parser.on("text", onText);
  parser.on("cdata", onText);
  parser.on("closetag", (tag) => {
    const name = localName(tag);
    open.pop();
    if (isOutcome(name) && heard !== undefined) {
      if (current === undefined) count(outcomeOf({ ...suiteCase(suites), result: "passed" }, name, heard));
      else current = outcomeOf(current, name, heard);
      heard = undefined;
    }
    if (name === "testcase" && current !== undefined) {
      count(current);
      current = undefined;
    }
    if (name === "testsuite" || name === "testsuites") endSuite(suites);
  });

  function count({ failedAt, ...subtest }: Case): void {
    if (counting.total >= mostSubtests) refuse(`has more than ${mostSubtests} testcases`);
    const isBad = subtest.result === "failed" || subtest.result === "error";
    if (isBad) for (const suite of suites) suite.counted++;
    counting.add(subtest, isBad ? failedAt : null);
  }

  /** A suite that counts failures and shows none has lost them. */
  function endSuite(stack: Suite[]): void {
    const suite = stack.at(-1)!;
    if (suite.told > 0 && suite.counted === 0)
      count({ ...suiteCase(stack), result: "error", message: `counts ${suite.told} failures and shows none` });
    stack.pop();
  }

  const allowed = withoutForbidden(text);
  for (let start = 0; start < allowed.length; start += pieceLength) {
    parser.write(allowed.slice(start, start + pieceLength));
    // The agent watches over the machine meanwhile.
    await setImmediate();
  }
  parser.close();
}

const outcomes: Readonly<Record<string, Subtest["result"]>> = { failure: "failed", error: "error", skipped: "skipped" };
const isOutcome = (name: string) => Object.hasOwn(outcomes, name);

/** An error or failure stays one, whatever else is said of the testcase. */
function outcomeOf(known: Case, name: string, { message, text }: { message: string; text: string }): Case {
  const result = outcomes[name]!;
  const isWorse = known.result === "passed" || (known.result === "skipped" && result !== "skipped");
  if (!isWorse) return known;
  const whole = text.trim().startsWith(message.trim()) ? text : `${message}\n${text}`;
  return { ...known, result, message: whole.trim().slice(0, longestText) };
}

/** The name of the whole report says nothing of a test. */
function suiteOf(element: string, attributes: Record<string, string>): Suite {
  const told = ["failures", "errors"].map((key) => Number(attributes[key] ?? 0)).filter((count) => count > 0);
  const name = element === "testsuites" ? "" : (attributes["name"] ?? "");
  return { name, told: told.reduce((sum, count) => sum + count, 0), counted: 0 };
}

function suiteCase(suites: readonly Suite[]): Case {
  const name = namesOf(suites).join(" > ") || "testsuite";
  return { name, result: "passed", message: "", failedAt: null };
}

/** `suite > class > name`; a class that repeats its suite, and a name that repeats its class, is left out. */
function caseOf(attributes: Record<string, string>, suites: readonly Suite[]): Case {
  const path = namesOf(suites);
  const [className = "", name = ""] = [attributes["classname"], attributes["name"]];
  if (className !== "" && className !== name && !path.includes(className)) path.push(className);
  path.push(name);
  const isUnrun = /^(notrun|disabled|skipped)$/i.test(attributes["status"] ?? "");
  return {
    name: path.filter((part) => part !== "").join(" > "),
    result: isUnrun ? "skipped" : "passed",
    message: "",
    failedAt: endOf(attributes),
  };
}

function namesOf(suites: readonly Suite[]): string[] {
  return suites.map(({ name }) => name).filter((name) => name !== "");
}

/** When a testcase ended: known only where it says when it began, with its offset from UTC, and how long it took. */
function endOf({ timestamp = "", time = "" }: Record<string, string>): string | null {
  if (!/T[\d:.]+(Z|[+-]\d\d:?\d\d)$/.test(timestamp)) return null;
  const end = Date.parse(timestamp) + Number(time) * 1_000;
  return Number.isFinite(end) ? new Date(end).toISOString() : null;
}

function localName(tag: SaxesTagPlain): string {
  return tag.name.slice(tag.name.indexOf(":") + 1);
}

/** Test runners write the bytes that a test printed, some of which XML forbids; they are no reason to refuse a report. */
function withoutForbidden(text: string): string {
  return (
    text
      // oxlint-disable-next-line no-control-regex
      .replaceAll(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "\ufffd")
      .replaceAll(/&#(?:x([0-9a-f]{1,6})|(\d{1,7}));/gi, (whole, hex?: string, decimal?: string) => {
        const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
        const isAllowed = code > 0x1f ? code < 0xfffe || code > 0xffff : code === 9 || code === 10 || code === 13;
        return isAllowed ? whole : "\ufffd";
      })
  );
}
