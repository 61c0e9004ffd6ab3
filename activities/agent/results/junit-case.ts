import { createHash } from "node:crypto";
import { longestMessage } from "../../../domain/results/subtest.js";
import type { Subtest } from "../../../domain/verdict/attempt.js";

/** One testcase of a report. */
export interface Case {
  /** The element that it is. */
  element: string;
  name: string;
  result: Subtest["result"];
  message: string;
  failedAt: string | null;
  /** The same for each run of one test in one report; undefined where runs cannot be told apart from other tests. */
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
  /** What it says it counts of failures and errors. */
  said: number;
  /** How many are shown. */
  shown: number;
  /** What else tells it apart from others of its name: Playwright writes its project as a host name. */
  mark: string;
  /** Identities of its testcases, where a repeated one is a rerun. */
  reruns: Set<string> | undefined;
}

const longestName = 500;

/** The testsuites that are open now, the outermost first. */
export class Suites {
  readonly #open: Suite[] = [];

  /** The name of the whole report says nothing of a test. */
  open(element: string, attributes: Record<string, string>): void {
    const counts = ["failures", "errors"].map((key) => Number(attributes[key] ?? 0)).filter((count) => count > 0);
    this.#open.push({
      // Python's xmlrunner adds the time of the run.
      name: element === "testsuites" ? "" : (attributes["name"] ?? "").slice(0, longestName).replace(/-\d{14}$/, ""),
      said: counts.reduce((sum, count) => sum + count, 0),
      shown: 0,
      mark: [attributes["hostname"], attributes["package"], attributes["id"]].join(" "),
      // pytest-rerunfailures repeats a testcase without a word of the failure before.
      reruns: attributes["name"] === "pytest" ? new Set() : undefined,
    });
  }

  /** A suite that counts failures and shows none has lost them: they come back as one error of the suite. */
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

  /** A failure is shown, or something that its writer may count as one. */
  note(): void {
    for (const suite of this.#open) suite.shown++;
  }

  names(): string[] {
    return this.#open.map(({ name }) => name).filter((name) => name !== "");
  }

  /** Whether the innermost suite has had this testcase before, where a repeated one is a rerun. */
  isRerun(identity: string): boolean {
    const reruns = this.#open.at(-1)?.reruns;
    if (reruns === undefined) return false;
    if (reruns.has(identity)) return true;
    reruns.add(identity);
    return false;
  }

  /** Tells suites of the same name apart. */
  mark(): string {
    return this.#open.map(({ name, mark }) => `${name}|${mark}`).join(">");
  }

  /** What is wrong with a suite itself, as a testcase. */
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
  // A digest: long keys of a Map collide.
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

/** Some writers say only by a word what others say by an element. */
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
 * What an element within a testcase says of it. Of several, the worst counts; but what is marked as expected to fail
 * (`skipped` with the type `todo`, or with the tag that Catch2 writes) is no failure.
 */
export function outcomeOf(known: Case, heard: TextOf): Case {
  const { element, message, text } = heard;
  if (element === "flakyFailure" || element === "flakyError") return { ...known, isFlaky: true };
  if (element.startsWith("rerun")) return known;
  const whole = text.trim().startsWith(message.trim()) ? text : `${message}\n${text}`;
  const said = whole.trim().slice(0, longestMessage);
  // .NET's reports say by an attribute how a test ended, and the message why.
  if (element === "message" || element === "Message") return known.message === "" ? { ...known, message: said } : known;
  const result = results[element]!;
  const isExpected = result === "skipped" && (heard.type === "todo" || expected.test(message));
  if (known.result === "todo" || isExpected) {
    if (known.result === "error") return known;
    return { ...known, result: "todo", message: known.message === "" ? said : known.message };
  }
  // GoogleTest and others write both for a test that failed and then skipped the rest of itself.
  if (result === "skipped" && known.result !== "passed" && known.result !== "skipped") return known;
  const isWorse =
    known.result === "passed" || known.message === "" || (known.result === "skipped" && result !== "skipped");
  return isWorse ? { ...known, result: worse(known.result, result), message: said } : known;
}

/** Catch2's tags of a test that may fail. */
const expected = /!(?:mayfail|shouldfail)/;

const order: readonly Subtest["result"][] = ["passed", "todo", "skipped", "failed", "error"];

function worse(left: Subtest["result"], right: Subtest["result"]): Subtest["result"] {
  return order.indexOf(left) > order.indexOf(right) ? left : right;
}

/** When a testcase ended: known only where it says when it began, with its offset from UTC, and how long it took. */
function endOf({ timestamp = "", time = "" }: Record<string, string>): string | null {
  if (!/T[\d:.]+(Z|[+-]\d\d:?\d\d)$/.test(timestamp)) return null;
  // Surefire 2 writes 1,237.218.
  const end = Date.parse(timestamp) + Number(time.replaceAll(",", "")) * 1_000;
  return Number.isFinite(end) ? new Date(end).toISOString() : null;
}
