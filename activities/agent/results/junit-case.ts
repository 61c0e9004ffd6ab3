import { createHash } from "node:crypto";
import { longestMessage } from "../../../domain/results/subtest.js";
import type { Subtest } from "../../../domain/verdict/attempt.js";

/** One testcase of a report. */
export interface Case {
  /** The name of its XML element. */
  element: string;
  name: string;
  result: Subtest["result"];
  message: string;
  failedAt: string | null;
  /** The same for each run of one test in one report. Undefined if reruns cannot be distinguished from other tests. */
  identity: string | undefined;
  /** Whether it failed before it passed, in the same run of the test. */
  isFlaky: boolean;
}

/** The content of an element such as `failure`. */
export interface TextOf {
  element: string;
  message: string;
  type: string;
  text: string;
}

interface Suite {
  name: string;
  /** The number of failures and errors that its attributes state. */
  said: number;
  /** The number of failures and errors that it shows. */
  shown: number;
  /** What else distinguishes it from suites of the same name. Playwright, for example, writes its project as the host name. */
  mark: string;
  /** Identities of its testcases, if a repeated testcase is a rerun; undefined otherwise. */
  reruns: Set<string> | undefined;
}

const longestName = 500;

/** The testsuites that are open now, the outermost first. */
export class Suites {
  readonly #open: Suite[] = [];

  /** Opens a suite. The name of `testsuites` is left out, because it says nothing about a test. */
  open(element: string, attributes: Record<string, string>): void {
    const counts = ["failures", "errors"].map((key) => Number(attributes[key] ?? 0)).filter((count) => count > 0);
    this.#open.push({
      // Python's xmlrunner appends the time of the run to the name.
      name: element === "testsuites" ? "" : (attributes["name"] ?? "").slice(0, longestName).replace(/-\d{14}$/, ""),
      said: counts.reduce((sum, count) => sum + count, 0),
      shown: 0,
      mark: [attributes["hostname"], attributes["package"], attributes["id"]].join(" "),
      // pytest-rerunfailures repeats a testcase without mentioning the earlier failure.
      reruns: attributes["name"] === "pytest" ? new Set() : undefined,
    });
  }

  /** Closes a suite. If it counts failures but shows none, they are lost: it returns them as one error of the suite. */
  close(): Case | undefined {
    const suite = this.#open.at(-1);
    const lost =
      suite !== undefined && suite.said > 0 && suite.shown === 0
        ? { ...this.asCase(), result: "error" as const, message: `counts ${suite.said} failures and shows none` }
        : undefined;
    if (lost !== undefined) this.note();
    this.#open.pop();
    return lost;
  }

  /** Records that the open suites show a failure, or something that the report's writer may count as a failure. */
  note(): void {
    for (const suite of this.#open) suite.shown++;
  }

  names(): string[] {
    return this.#open.map(({ name }) => name).filter((name) => name !== "");
  }

  /** Whether this testcase is a rerun: the innermost suite has had it before, and treats repeated testcases as reruns. */
  isRerun(identity: string): boolean {
    const reruns = this.#open.at(-1)?.reruns;
    if (reruns === undefined) return false;
    if (reruns.has(identity)) return true;
    reruns.add(identity);
    return false;
  }

  /** Distinguishes suites of the same name. */
  mark(): string {
    return this.#open.map(({ name, mark }) => `${name}|${mark}`).join(">");
  }

  /** A testcase that represents the suite itself. */
  asCase(): Case {
    const name = this.names().join(" > ") || "testsuite";
    const nothing = { failedAt: null, identity: undefined, isFlaky: false };
    return { element: "testsuite", name, result: "passed", message: "", ...nothing };
  }
}

/** `suite > class > name`; a class that repeats its suite, and a name that repeats its class, is left out. */
export function caseOf(attributes: Record<string, string>, suites: Suites): Case {
  const path = suites.names();
  const { classname = "", name = "", status = "", result = "" } = attributes;
  if (classname !== "" && classname !== name && !path.includes(classname)) path.push(classname);
  path.push(name);
  // Hashed, because long keys of a Map collide.
  const identity = createHash("sha256")
    .update(JSON.stringify([suites.mark(), classname, name, attributes["file"] ?? ""]))
    .digest("base64");
  return {
    element: "testcase",
    name: path.filter((part) => part !== "").join(" > "),
    result: resultOfWord(status) ?? resultOfWord(result) ?? "passed",
    message: "",
    failedAt: endOf(attributes),
    identity,
    isFlaky: suites.isRerun(identity),
  };
}

/** Some writers state the result in an attribute, where others use an element. */
function resultOfWord(word: string): Subtest["result"] | undefined {
  if (/^(notrun|disabled|skipped|skip|ignored|pending)$/i.test(word)) return "skipped";
  if (/^(failed|failure|fail|broken|error|timedout|timeout)$/i.test(word)) return "failed";
  return undefined;
}

const results: Readonly<Record<string, Subtest["result"]>> = {
  failure: "failed",
  error: "error",
  skipped: "skipped",
};

/**
 * Adds to a testcase what an element within it says. Of several results, the worst counts. But a test that is marked as
 * expected to fail (`skipped` with the type `todo`, or with the tag that Catch2 writes) is no failure.
 */
export function outcomeOf(known: Case, heard: TextOf): Case {
  const { element, message, text } = heard;
  if (element === "flakyFailure" || element === "flakyError") return { ...known, isFlaky: true };
  if (element.startsWith("rerun")) return known;
  const whole = text.trim().startsWith(message.trim()) ? text : `${message}\n${text}`;
  const said = whole.trim().slice(0, longestMessage);
  // .NET's reports state the result of a test in an attribute, and the reason in the message.
  if (element === "message" || element === "Message") return known.message === "" ? { ...known, message: said } : known;
  const result = results[element]!;
  const isExpected = result === "skipped" && (heard.type === "todo" || expected.test(message));
  if (known.result === "todo" || isExpected) {
    if (known.result === "error") return known;
    return { ...known, result: "todo", message: known.message === "" ? said : known.message };
  }
  // GoogleTest and others write both a failure and `skipped` for a test that failed and then skipped its rest.
  if (result === "skipped" && known.result !== "passed" && known.result !== "skipped") return known;
  const isWorse =
    known.result === "passed" || known.message === "" || (known.result === "skipped" && result !== "skipped");
  return isWorse ? { ...known, result: worse(known.result, result), message: said } : known;
}

/** Catch2's tags for a test that is allowed to fail. */
const expected = /!(?:mayfail|shouldfail)/;

const order: readonly Subtest["result"][] = ["passed", "todo", "skipped", "failed", "error"];

function worse(left: Subtest["result"], right: Subtest["result"]): Subtest["result"] {
  return order.indexOf(left) > order.indexOf(right) ? left : right;
}

/** When a testcase ended: its start plus its duration, if any. Known only if the start has an offset from UTC. */
function endOf({ timestamp = "", time = "" }: Record<string, string>): string | null {
  if (!/T[\d:.]+(Z|[+-]\d\d:?\d\d)$/.test(timestamp)) return null;
  // Surefire 2 writes 1,237.218.
  const end = Date.parse(timestamp) + Number(time.replaceAll(",", "")) * 1_000;
  return Number.isFinite(end) ? new Date(end).toISOString() : null;
}
