import { Parser, type Result } from "tap-parser";
import type { Counting } from "../../../domain/results/tally.js";
import { hasFailed } from "../../../domain/results/subtest.js";
import type { ParsedResults } from "../../../domain/results/conclusion.js";
import type { Subtest } from "../../../domain/verdict/attempt.js";
import { diagnosticText } from "./tap-diagnostic.js";
import { tapDialects } from "./tap-dialects.js";

/** Subtests beyond this number are not read. */
const mostSubtests = 200_000;
/** Nesting that is deeper than any real test, but far from exhausting the stack. */
const deepest = / {200}/y;

/** How lines of TAP begin. An indented line may belong to a subtest or a diagnostic. */
const mayBeTap = /^(?:\s+\S|ok\b|not ok\b|TAP version|\d+\.\.\d+|#|Bail out!|pragma|\})/;

/** The rest of a longer diagnostic is dropped, because reading it takes far longer than it is worth. */
const longestDiagnostic = 64 * 1024;

/** Reads TAP 13 and 14, KTAP, and the text of `prove`, line by line. */
export interface TapReading {
  line: (text: string) => void;
  end: () => Pick<ParsedResults, "bailOut" | "problem" | "unread"> & { skipReason: string | null };
}

interface Point extends Subtest {
  at: string | null;
}

/**
 * Nested subtests are named `parent > child`. A parent counts as a subtest only if it has no children, or if it failed and
 * none of its children did. A failure within a parent that is todo or skipped is no failure.
 * @param now returns the ISO time at which the current line was written; null if that is unknown
 */
export function readTap(counting: Counting, now: () => string | null): TapReading {
  let bailOut: string | null = null;
  let problem: string | null = null;
  let unread: string | null = null;
  let skipReason: string | null = null;
  let failedLineAt: string | null = null;
  let parser: Parser | undefined;
  let isStopped = false;
  /** The number of test points at any depth, and of bytes in the diagnostic that is open now. */
  let [points, diagnostic]: [number, number | undefined] = [0, undefined];
  /** The file that a harness runs now, with the counts from before it. */
  let file: { name: string; total: number; failed: number } | undefined;
  let failed = 0;
  const understand = tapDialects();

  function begin(): Parser {
    const root = new Parser();
    const countedBefore = counting.total;
    root.on("bailout", (reason: string) => {
      bailOut ??= reason.trim();
    });
    listen(root, (points) => {
      for (const { at, ...subtest } of points) {
        if (hasFailed(subtest)) failed++;
        counting.add(subtest, at);
      }
    });
    root.on("complete", () => {
      problem ??= bailOut === null ? planProblem(root, counting.total - countedBefore) : null;
    });
    return root;
  }

  /** Emits the test points of this level, each after those of its children. */
  function listen(level: Parser, emit: (points: Point[]) => void): void {
    let [inside, openName]: [Point[], string] = [[], ""];
    level.on("child", (child: Parser) => {
      openName = child.name;
      listen(child, (points) => {
        for (const point of points) inside.push(point);
      });
    });
    level.on("assert", (result: Result) => {
      emit(closed(result, inside, failedLineAt ?? now()));
      inside = [];
    });
    // The parent of these children never came: the test ended in the middle.
    level.on("complete", () => emit(named(openName, inside)));
  }

  function feed(line: string): void {
    if (isStopped) return;
    for (const said of understand(line)) {
      switch (said.kind) {
        case "tap":
          feedTap(said.text);
          break;
        case "file":
          if (parser !== undefined) endStream();
          file = { name: said.name, total: counting.total, failed };
          break;
        case "file-result":
          endFile(said.result, said.message);
          break;
        case "bail-out":
          bailOut ??= said.reason.trim();
          break;
        case "nothing":
          break;
      }
    }
  }

  /** A harness's result for a file counts only if the file's own test points do not show it. */
  function endFile(result: "passed" | "failed" | "skipped", message: string): void {
    if (parser !== undefined) endStream();
    if (file === undefined) return;
    const isSaid = result === "failed" ? failed > file.failed : counting.total > file.total;
    if (!isSaid) {
      counting.add({ name: file.name, result, message }, result === "failed" ? now() : null);
      if (result === "failed") failed++;
    }
  }

  function feedTap(text: string): void {
    if (/^\s*(?:not )?ok\b/.test(text) && ++points > mostSubtests) {
      isStopped = true;
      unread = `more than ${mostSubtests} subtests`;
      return;
    }
    // Most of a test's output is not TAP, and parsing all of it would take minutes.
    if (diagnostic === undefined && !mayBeTap.test(text)) return;
    if (isTooMuchDiagnostic(text)) return;
    const planned = /^1\.\.0\s*#\s*skip\S*\s*(.*)$/i.exec(text);
    if (planned !== null) skipReason ??= planned[1]!.trim() || "no reason was given";
    // If several programs run in a row, each writes its own stream.
    if (/^TAP version \d+\s*$/.test(text) && parser !== undefined) endStream();
    deepest.lastIndex = 0;
    // With `+bail`, the parser would end at a failure as if the test had bailed out.
    if (deepest.test(text) || /^\s*pragma [+-]bail\b/.test(text)) return;
    parser ??= begin();
    parser.write(`${text}\n`);
    if (/^\s*not ok\b/.test(text)) failedLineAt = now();
  }

  function isTooMuchDiagnostic(text: string): boolean {
    if (/^\s+---/.test(text)) diagnostic = 0;
    if (diagnostic === undefined || /^\s+\.\.\.\s*$/.test(text)) {
      diagnostic = undefined;
      return false;
    }
    diagnostic += text.length;
    return diagnostic > longestDiagnostic;
  }

  function endStream(): void {
    parser?.end();
    parser = undefined;
    failedLineAt = null;
  }

  function stop(why: string): void {
    isStopped = true;
    problem = why;
  }

  function carefully(work: () => void): void {
    try {
      work();
    } catch (error) {
      stop(`its TAP cannot be read: ${(error as Error).message}`);
    }
  }

  return {
    line: (text) => carefully(() => feed(text)),
    end() {
      if (!isStopped) carefully(endStream);
      return { bailOut, problem: unread === null ? problem : null, unread, skipReason };
    },
  };
}

function closed(result: Result, inside: readonly Point[], at: string | null): Point[] {
  const children = named(result.name, inside);
  const own = resultOf(result);
  const isExcused = own === "todo" || own === "skipped";
  const points = isExcused
    ? children.map((point) => (hasFailed(point) ? { ...point, result: "todo" as const } : point))
    : children;
  if (points.length > 0 && (own !== "failed" || points.some(hasFailed))) return points;
  const message = result.tapError ?? diagnosticText(result.diag);
  return [...points, { name: result.name, result: own, message, at }];
}

function resultOf({ ok, todo, skip, tapError }: Result): Subtest["result"] {
  if (tapError !== null && tapError !== undefined) return "failed";
  if (todo !== false) return "todo";
  if (skip !== false) return "skipped";
  return ok ? "passed" : "failed";
}

function named(parent: string, points: readonly Point[]): Point[] {
  return parent === "" ? [...points] : points.map((point) => ({ ...point, name: `${parent} > ${point.name}` }));
}

/** Why the results are incomplete according to the plan; null if they are complete, or if nothing ran at all. */
function planProblem({ results, count }: Parser, counted: number): string | null {
  if (results === null || (results.ok && count > 0) || counted === 0) return null;
  const { start, end } = results.plan;
  const planned = start === null || end === null ? 0 : end - start + 1;
  if (planned <= 0) return "it planned no number of subtests, and may have ended early";
  return planned === count ? null : `${planned} subtests were planned, ${count} ran`;
}
