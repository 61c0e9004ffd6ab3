import { describe, expect, test } from "@jest/globals";
import { splitLines } from "../../../../activities/agent/results/lines.js";
import { readTap } from "../../../../activities/agent/results/tap.js";
import { countSubtests } from "../../../../domain/results/tally.js";

function read(text: string, clock: () => string | null = () => null, pieceBytes = 7) {
  const counting = countSubtests((name) => name);
  const tap = readTap(counting, clock);
  const lines = splitLines(tap.line);
  const content = Buffer.from(text);
  for (let start = 0; start < content.length; start += pieceBytes)
    lines.write(content.subarray(start, start + pieceBytes));
  lines.end();
  const said = tap.end();
  const { subtests, ...tally } = counting.end();
  return { ...tally, ...said, named: subtests.map(({ name, result }) => `${name}: ${result}`), subtests };
}

describe("TAP", () => {
  test("distinguishes passed, failed, skipped and todo; a failing todo is no failure", () => {
    const { named, failing, problem } = read(
      `TAP version 13\n1..5\nok 1 - a\nnot ok 2 - b # comment\nok 3 # SKIP no display\nnot ok 4 - d # TODO later\nok 5 - é\n`,
    );
    expect(named).toEqual(["b # comment: failed", "a: passed", "subtest 3: skipped", "d: todo", "é: passed"]);
    expect({ failing, problem }).toEqual({ failing: ["b # comment"], problem: null });
  });

  test("names nested subtests after their parents, and a parent only if it adds something new", () => {
    const { named, subtests, counts } = read(`TAP version 14
# Subtest: shop
    # Subtest: basket
        ok 1 - adds
        not ok 2 - removes
          ---
          error: |-
            1 !== 2
            at all
          expected: 2
          actual: 1
          ...
        1..2
    not ok 1 - basket
      ---
      error: '1 subtest failed'
      ...
    ok 2 - pays
    1..2
not ok 1 - shop
# Subtest: hooks
    ok 1 - fine
    1..1
not ok 2 - hooks
  ---
  message: the hook failed
  ...
1..2
`);
    expect(named).toEqual([
      "shop > basket > removes: failed",
      "hooks: failed",
      "shop > basket > adds: passed",
      "shop > pays: passed",
      "hooks > fine: passed",
    ]);
    expect(subtests[0]!.message).toBe("1 !== 2\nat all\nexpected: 2\nactual: 1");
    expect(subtests[1]!.message).toBe("the hook failed");
    expect(counts).toMatchObject({ passed: 3, failed: 2 });
  });

  test("does not count failures inside a todo", () => {
    expect(read(`    not ok 1 - in\n    1..1\nnot ok 1 - out # TODO\n1..1\n`)).toMatchObject({
      named: ["out > in: todo"],
      failing: [],
    });
  });

  test("reports a failure inside a parent that says ok", () => {
    expect(read(`    not ok 1 - in\n    1..1\nok 1 - out\n1..1\n`).failing).toEqual(["out > in"]);
  });

  test("names nested failures if the test ended in the middle", () => {
    const { failing, problem } = read(`# Subtest: out\n    ok 1 - a\n    not ok 2 - b\n`);
    expect(failing).toEqual(["out > b"]);
    expect(problem).toBe("it planned no number of subtests, and may have ended early");
  });

  test.each([
    ["1..2\nok 1\nBail out! the database is gone\n", "the database is gone"],
    ["1..2\nok 1\nBail out!\n", ""],
    ["1..1\n    1..2\n    ok 1\n    Bail out! inside\n", "inside"],
    ["1..1\nok 1\n", null],
    ["pragma +bail\n1..2\nnot ok 1\nok 2\n", null],
  ])("bails out: %j", (text, bailOut) => expect(read(text).bailOut).toBe(bailOut));

  test.each([
    ["1..5\nok 1\nok 2\n", "5 subtests were planned, 2 ran"],
    ["ok 1\nok 2\n", "it planned no number of subtests, and may have ended early"],
    ["ok 1\nok 2\n1..2\n", null],
    ["1..0 # SKIP not here\n", null],
    ["no TAP at all\n", null],
    ["", null],
  ])("compares the plan with the subtests that ran: %j", (text, problem) => expect(read(text).problem).toBe(problem));

  test("counts a subtest with a repeated number, or one beyond the plan, as a failure", () => {
    expect(read("1..2\nok 1 - a\nok 1 - b\nok 2 - c\n").failing).toEqual(["b"]);
    expect(read("1..1\nok 1 - a\nok 2 - b\n").failing).toEqual(["b"]);
  });

  test("reads several streams in a row", () => {
    const { counts, problem } = read("TAP version 13\nok 1 - a\n1..1\nTAP version 13\nok 1 - b\nnot ok 2 - c\n1..2\n");
    expect({ counts, problem }).toMatchObject({ counts: { passed: 2, failed: 1 }, problem: null });
  });

  test("reads the reason why a plan has no tests, if there is one", () => {
    expect(read("1..0 # SKIP no display\n").skipReason).toBe("no display");
    expect(read("1..0\n").skipReason).toBeNull();
    expect(read("").skipReason).toBeNull();
  });

  test("ignores other output and broken diagnostics", () => {
    const { named } = read(
      "hello\n1..2\nok 1 - a\n  ---\n  [: {\n  ...\n\u0000\ufffd\nnot ok 2 - b\n  ---\n  a: &a [*a]\n",
    );
    expect(named).toEqual(["b: failed", "a: passed"]);
  });

  test("takes the time when the first failure that counts was printed, not when it was parsed", () => {
    let line = 0;
    const lines = "1..4\nnot ok 1 - t # TODO\nok 2\nnot ok 3 - x\n  ---\n  error: y\n  ...\nnot ok 4 - z\n";
    const counting = countSubtests((name) => name);
    const tap = readTap(counting, () => `2026-01-01T00:00:0${line}.000Z`);
    for (const text of lines.split("\n")) {
      line++;
      tap.line(text);
    }
    tap.end();
    expect(counting.end().failedAt).toBe("2026-01-01T00:00:04.000Z");
  });

  test("survives hostile output: endless lines, endless nesting, endless subtests", () => {
    expect(read(`1..1\n${"x".repeat(300_000)}\nok 1 - ${"y".repeat(300_000)}\n`, undefined, 65_536).counts.passed).toBe(
      1,
    );
    const deep = Array.from({ length: 3_000 }, (_, level) => `${" ".repeat(4 * level)}ok 1 - d`).join("\n");
    expect(read(deep, undefined, 65_536).counts.passed).toBeGreaterThan(0);
    expect(read("ok\n".repeat(200_010), undefined, 65_536).unread).toBe("more than 200000 subtests");
    expect(read(`1..1\n${"    ok 1 - open\n".repeat(200_010)}`, undefined, 65_536).unread).toBe(
      "more than 200000 subtests",
    );
    const keys = Array.from({ length: 30_000 }, (_, key) => `  k${key}: 1`).join("\n");
    expect(read(`1..2\nnot ok 1 - a\n  ---\n${keys}\n  ...\nok 2 - b\n`, undefined, 65_536).named).toEqual([
      "a: failed",
      "b: passed",
    ]);
  });
});
