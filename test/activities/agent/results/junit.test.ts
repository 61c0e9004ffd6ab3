import { describe, expect, test } from "@jest/globals";
import { readJunit } from "../../../../activities/agent/results/junit.js";
import { countSubtests } from "../../../../domain/results/tally.js";

async function read(...pieces: string[]) {
  const counting = countSubtests((name) => name);
  const end = await readJunit(pieces, counting);
  const { subtests, ...tally } = counting.end();
  return { ...tally, ...end, subtests, named: subtests.map(({ name, result }) => `${name}: ${result}`) };
}

describe("JUnit", () => {
  test("distinguishes failures, errors and skips in nested testsuites, with message and text", async () => {
    const { named, subtests, counts, failing } = await read(`<?xml version="1.0"?>
<testsuites name="all" failures="1" errors="1">
  <testsuite name="shop">
    <properties><property name="a" value="b"/></properties>
    <testsuite name="basket">
      <testcase name="adds" classname="basket" time="0.1"/>
      <testcase name="removes" classname="Basket"><failure message="1 != 2" type="Assertion">at basket.ts:3</failure>
        <system-out>IGNORED</system-out></testcase>
    </testsuite>
    <testcase name="pays"><error message="boom"><![CDATA[boom <deep>]]></error><system-err><![CDATA[IGNORED]]></system-err></testcase>
    <testcase name="ships"><skipped message="no harbour"/></testcase>
  </testsuite>
</testsuites>`);
    expect(named).toEqual([
      "shop > basket > Basket > removes: failed",
      "shop > pays: error",
      "shop > basket > adds: passed",
      "shop > ships: skipped",
    ]);
    expect(subtests.map(({ message }) => message)).toEqual(["1 != 2\nat basket.ts:3", "boom <deep>", "", "no harbour"]);
    expect(counts).toEqual({ passed: 1, failed: 1, error: 1, skipped: 1, todo: 0 });
    expect(failing).toEqual(["shop > basket > Basket > removes", "shop > pays"]);
  });

  test("accepts a single testsuite, and counts its own errors and failures that only its counter shows", async () => {
    expect((await read(`<testsuite name="s"><error message="no database"/></testsuite>`)).subtests).toEqual([
      { name: "s", result: "error", message: "no database" },
    ]);
    expect((await read(`<testsuite name="s" failures="2"><testcase name="a"/></testsuite>`)).failing).toEqual(["s"]);
  });

  test("counts a testcase that never ran as skipped", async () => {
    expect((await read(`<testsuite><testcase name="a" status="notrun"/></testsuite>`)).counts.skipped).toBe(1);
  });

  test("counts a testcase with an error as an error, whatever else it contains", async () => {
    const { counts } = await read(`<testsuite><testcase name="a"><error/><skipped/></testcase></testsuite>`);
    expect(counts).toMatchObject({ error: 1, skipped: 0 });
  });

  test("reads the time of a failure only from an unambiguous timestamp", async () => {
    const failed = (attributes: string) =>
      read(
        `<testsuite timestamp="2026-01-01T00:00:00Z"><testcase name="a" ${attributes}><failure/></testcase></testsuite>`,
      );
    expect((await failed(`timestamp="2026-01-01T01:00:00+01:00" time="1.5"`)).failedAt).toBe(
      "2026-01-01T00:00:01.500Z",
    );
    expect((await failed(`timestamp="2026-01-01T01:00:00" time="1.5"`)).failedAt).toBeNull();
    expect((await failed(`time="1.5"`)).failedAt).toBeNull();
  });

  test("accepts control characters that tests print", async () => {
    const { subtests } = await read(
      `<testsuite><testcase name="a"><failure message="&#27;[31mred&#x1b;[0m &amp; &#233; &#128512;">\u0001</failure></testcase></testsuite>`,
    );
    expect(subtests[0]!.message).toBe("\ufffd[31mred\ufffd[0m & é 😀\n\ufffd");
  });

  test("accepts characters that XML forbids, wherever the report is split, and keeps all names", async () => {
    const report = `<testsuite name="a & b"><testcase name="emoji &#55357;&#56832; and half &#55357; one"><failure message="&nbsp;&bogus;&#xd83d;&#xde00;">a ]]> b & c</failure></testcase><testcase name="x"><failure><![CDATA[&#55357; stays]]></failure></testcase></testsuite>`;
    const whole = await read(report);
    expect(whole).toMatchObject({
      problem: null,
      failing: ["a & b > emoji \u{1f600} and half \ufffd one", "a & b > x"],
    });
    expect(whole.subtests.map(({ message }) => message)).toEqual([
      "\ufffd\ufffd\u{1f600}\na ]]> b & c",
      "&#55357; stays",
    ]);
    for (let cut = 1; cut < report.length; cut += 7)
      expect(await read(report.slice(0, cut), report.slice(cut))).toEqual(whole);
  });

  test("names the failures in a truncated report, and says that it is incomplete", async () => {
    const cut = await read(
      `<testsuite name="s"><testcase name="a"><failure message="boom"/></testcase><testcase name="b">`,
    );
    expect(cut).toMatchObject({ failing: ["s > a"], problem: expect.stringContaining("unclosed tag") });
  });

  test("counts a status of `failed` as a failure, even if nothing else says so", async () => {
    expect((await read(`<testsuite><testcase name="a" status="failed"/></testsuite>`)).failing).toEqual(["a"]);
  });

  test("marks Surefire's failures that passed in a rerun as flaky", async () => {
    const { failing, flaky, counts } = await read(
      `<testsuite name="s" failures="1"><testcase name="a"><flakyFailure message="boom"><stackTrace>x</stackTrace></flakyFailure></testcase></testsuite>`,
    );
    expect({ failing, flaky, counts }).toMatchObject({
      failing: [],
      flaky: ["s > a"],
      counts: { passed: 1, failed: 0 },
    });
  });

  test("does not count a failing todo as a failure", async () => {
    const { failing, counts } = await read(
      `<testsuite failures="1"><testcase name="a"><skipped type="todo" message="later"/><failure>x</failure></testcase></testsuite>`,
    );
    expect({ failing, counts }).toMatchObject({ failing: [], counts: { todo: 1, failed: 0 } });
  });

  test.each([
    [
      `<test-run><test-suite><test-case fullname="N.A.b" result="Failed"><failure><message>boom</message></failure></test-case><test-case fullname="N.A.c" result="Passed"/></test-suite></test-run>`,
      "NUnit 3",
    ],
    [
      `<assemblies><assembly><collection><test name="N.A.b" result="Fail"><failure><message>boom</message></failure></test><test name="N.A.c" result="Pass"/></collection></assembly></assemblies>`,
      "xUnit.net",
    ],
    [
      `<TestRun><Results><UnitTestResult testName="N.A.b" outcome="Failed"><Output><ErrorInfo><Message>boom</Message></ErrorInfo></Output></UnitTestResult><UnitTestResult testName="N.A.c" outcome="Passed"/></Results></TestRun>`,
      "TRX",
    ],
  ])("reads .NET's own formats: %#", async (text) => {
    const { counts, subtests } = await read(text);
    expect(counts).toMatchObject({ passed: 1, failed: 1 });
    expect(subtests[0]).toEqual({ name: "N.A.b", result: "failed", message: "boom" });
  });

  test.each([
    [`<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]><testsuite name="&lol2;"/>`, "DOCTYPE"],
    [`<!DOCTYPE x SYSTEM "file:///etc/passwd"><testsuite/>`, "DOCTYPE"],
    [`<html><testsuite/></html>`, "its root is <html>"],
    [``, "document must contain a root element"],
    [`{"passed": 3}`, "document must contain a root element"],
  ])("refuses documents that are dangerous or no reports: %#", async (text, why) => {
    expect((await read(text)).problem).toContain(why);
  });

  test.each([
    ["<testsuite>".repeat(5_000), "nested deeper than 100"],
    [`<testsuite>${"<testcase/>".repeat(200_001)}</testsuite>`, "more than 200000"],
  ])("stops reading at the grid's limits: %#", async (text, why) => {
    expect(await read(text)).toMatchObject({ problem: null, unread: expect.stringContaining(why) });
  });
});
