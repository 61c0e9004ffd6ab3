import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { decisiveLines } from "../../../../domain/mail/details/decisive-lines.js";

const noise = (count: number, text = "2026-11-18 12:00:00 INFO all is well with item") =>
  Array.from({ length: count }, (_, index) => `${text} ${index}`).join("\n");

const tap = `TAP version 13
# Subtest: keeps the basket
ok 1 - keeps the basket
not ok 2 - is to come # TODO later
# Subtest: sums
    # Subtest: adds up the basket
    not ok 1 - adds up the basket
      ---
      error: |-
        Expected values to be strictly equal:
        41.99 !== 42
      code: 'ERR_ASSERTION'
      ...
    1..1
not ok 3 - sums
  ---
  error: '1 subtest failed'
  ...`;
const nodeSpec = `✔ keeps the basket (0.7ms)
▶ sums
  ✖ adds up the basket (1.4ms)
    AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:

    41.99 !== 42
✖ sums (1.6ms)
ℹ fail 1

✖ failing tests:

test at a.test.mjs:3:23
✖ adds up the basket (1.4ms)
  AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:`;
const go = `=== RUN   TestKeep
--- PASS: TestKeep (0.00s)
--- FAIL: TestAdd (0.00s)
    x_test.go:4: adding
    x_test.go:4: got 41, want 42
--- FAIL: TestPanics (0.00s)
panic: assignment to entry in nil map [recovered, repanicked]

goroutine 23 [running]:
FAIL	x	0.008s`;
const pytest = `tests/test_basket.py::test_keeps PASSED                    [ 50%]
tests/test_basket.py::test_adds_up FAILED                  [100%]

=================================== FAILURES ===================================
_________________________________ test_adds_up _________________________________

    def test_adds_up():
>       assert 41.99 == 42
E       assert 41.99 == 42

tests/test_basket.py:4: AssertionError
=========================== short test summary info ============================
FAILED tests/test_basket.py::test_adds_up - assert 41.99 == 42`;
const surefire = `[INFO] Running shop.BasketTest
[ERROR] Tests run: 2, Failures: 1, Errors: 0, Skipped: 0, Time elapsed: 0.1 s <<< FAILURE! - in shop.BasketTest
[ERROR] shop.BasketTest.addsUp  Time elapsed: 0.01 s  <<< FAILURE!
org.opentest4j.AssertionFailedError: expected: <42> but was: <41.99>
	at shop.BasketTest.addsUp(BasketTest.java:17)
[INFO] Results:
[ERROR]   BasketTest.addsUp:17 expected: <42> but was: <41.99>`;
const cargo = `running 2 tests
test basket::keeps ... ok
test basket::adds_up ... FAILED

failures:

---- basket::adds_up stdout ----
thread 'basket::adds_up' panicked at src/lib.rs:12:9:
assertion \`left == right\` failed
  left: 41.99
 right: 42`;
const traceback = `starting
Traceback (most recent call last):
  File "run.py", line 3, in <module>
    total()
ValueError: basket is empty
done with cleaning up`;

describe.each([
  ["TAP", tap, ["sums > adds up the basket"], ["    not ok 1 - adds up the basket"], "41.99 !== 42"],
  ["TAP, known only by its exit code", tap, ["exit 1"], ["    not ok 1 - adds up the basket"], "41.99 !== 42"],
  ["node:test", nodeSpec, ["adds up the basket"], ["  ✖ adds up the basket (1.4ms)"], "41.99 !== 42"],
  [
    "go test",
    go,
    ["TestAdd", "TestPanics"],
    ["--- FAIL: TestAdd (0.00s)", "--- FAIL: TestPanics (0.00s)"],
    "got 41, want 42",
  ],
  ["go test, known only by its exit code", go, ["exit 1"], ["--- FAIL: TestAdd (0.00s)"], "got 41, want 42"],
  ["pytest", pytest, ["tests.test_basket::test_adds_up"], [/^_+ test_adds_up _+$/], "E       assert 41.99 == 42"],
  ["JUnit by Maven", surefire, ["shop.BasketTest.addsUp"], [/^\[ERROR\] shop\.BasketTest\.addsUp/], "expected: <42>"],
  ["cargo test", cargo, ["basket::adds_up"], ["---- basket::adds_up stdout ----"], "left: 41.99"],
  ["a Python program", traceback, ["exit 1"], ["Traceback (most recent call last):"], "ValueError: basket is empty"],
  [
    "a compiler",
    "cc -c a.c\na.c:12:3: error: unknown type\nmake: *** [all] Error 1",
    ["build exit 2"],
    ["a.c:12:3: error: unknown type"],
    "make: ***",
  ],
  [
    "a shell script that compares",
    "step 1\nexpected 6, but got 7\nstep 3",
    ["exit 3"],
    ["expected 6, but got 7"],
    "step 3",
  ],
  [
    "a killed program",
    "start\nSegmentation fault (core dumped)",
    ["was ended by SIGSEGV"],
    ["Segmentation fault (core dumped)"],
    "start",
  ],
] as [string, string, string[], (string | RegExp)[], string][])("of a log by %s", (_what, log, failing, keys, near) => {
  const long = `${noise(500)}\n${log}\n${noise(500, "tidying up")}`;
  test("the lines around the error are shown, not the last ones", () => {
    const { lines, of } = decisiveLines(long, failing);
    const shown = lines.filter(({ isKey }) => isKey).map(({ text }) => text);
    expect(shown).toEqual(keys.map((key) => (typeof key === "string" ? key : expect.stringMatching(key))));
    expect(lines.map(({ text }) => text).join("\n")).toContain(near);
    expect(lines.length).toBeLessThan(40);
    expect(of).toBe(long.split("\n").length);
    for (const { number, text } of lines) expect(long.split("\n")[number - 1]).toBe(text);
  });
});

test("the end of a log is shown if no line names an error", () => {
  const { lines, why } = decisiveLines(`${noise(100)}\nthe sum is 7\n\n`, ["exit 3"]);
  expect(lines.at(-1)).toEqual({ number: 101, text: "the sum is 7", isKey: false });
  expect(lines).toHaveLength(25);
  expect(why).toMatch(/its end/);
});

test("an empty log has no lines", () => expect(decisiveLines("\n \n", ["exit 1"]).lines).toEqual([]));

test("colors and overwritten progress bars are not read", () =>
  expect(decisiveLines("10 %\r50 %\r\u001b[31mError: boom\u001b[0m", ["exit 1"]).lines).toEqual([
    { number: 1, text: "Error: boom", isKey: true },
  ]));

test("whatever the log contains, a limited part of it is shown, in order", () =>
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.constantFrom("not ok 1 - a", "Error: x", "E   assert 1")), { maxLength: 300 }),
      fc.array(fc.string(), { maxLength: 5 }),
      (texts, failing) => {
        const { lines, of } = decisiveLines(texts.join("\n"), failing);
        expect(lines.length).toBeLessThanOrEqual(54);
        const numbers = lines.map(({ number }) => number);
        expect(numbers).toEqual([...new Set(numbers)].sort((left, right) => left - right));
        expect(numbers.every((number) => number >= 1 && number <= of)).toBe(true);
      },
    ),
  ));

test("a log without an assertion or exception is shown around the last line that speaks of an error", () => {
  const log = `${noise(5)}\n2026-11-23T10:00:01 ERROR no cart yet\n${noise(40)}\n2026-11-23T10:00:09 ERROR could not open the cart\n${noise(30)}\ntests 3, 0 failed`;
  const { lines, why } = decisiveLines(log, ["exit 3"]);
  expect(lines.find(({ isKey }) => isKey)?.text).toBe("2026-11-23T10:00:09 ERROR could not open the cart");
  expect(why).toBe("around the last line that speaks of an error");
});
