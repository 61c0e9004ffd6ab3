import { describe, expect, test } from "@jest/globals";
import { readJunit } from "../../../activities/attempt/results/junit.js";
import { countSubtests } from "../../../domain/results/tally.js";

async function read(text: string) {
  const counting = countSubtests((name) => name);
  await readJunit(text, counting);
  const { subtests, ...tally } = counting.end();
  return { ...tally, subtests, named: subtests.map(({ name, result }) => `${name}: ${result}`) };
}

describe("JUnit", () => {
  test("tells failures from errors and skipped, with message and text, through nested testsuites", async () => {
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

  test("takes a lone testsuite, its own errors, and counts that nothing shows for failures", async () => {
    expect((await read(`<testsuite name="s"><error message="no database"/></testsuite>`)).subtests).toEqual([
      { name: "s", result: "error", message: "no database" },
    ]);
    expect((await read(`<testsuite name="s" failures="2"><testcase name="a"/></testsuite>`)).failing).toEqual(["s"]);
  });

  test("counts what was never run as skipped", async () => {
    expect((await read(`<testsuite><testcase name="a" status="notrun"/></testsuite>`)).counts.skipped).toBe(1);
  });

  test("keeps an error one, whatever else is said of the testcase", async () => {
    const { counts } = await read(`<testsuite><testcase name="a"><error/><skipped/></testcase></testsuite>`);
    expect(counts).toMatchObject({ error: 1, skipped: 0 });
  });

  test("knows when a testcase failed only where it says so beyond doubt", async () => {
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

  test("bears the bytes that tests print", async () => {
    const { subtests } = await read(
      `<testsuite><testcase name="a"><failure message="&#27;[31mred&#x1b;[0m &amp; &#233; &#128512;">\u0001</failure></testcase></testsuite>`,
    );
    expect(subtests[0]!.message).toBe("\ufffd[31mred\ufffd[0m & é 😀\n\ufffd");
  });

  test.each([
    [`<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]><testsuite name="&lol2;"/>`, "DOCTYPE"],
    [`<!DOCTYPE x SYSTEM "file:///etc/passwd"><testsuite/>`, "DOCTYPE"],
    [`<testsuite name="&secret;"/>`, "entity"],
    [`<testsuite><testcase name="a">`, "unclosed tag"],
    [`<html><testsuite/></html>`, "its root is <html>"],
    [``, "document must contain a root element"],
    [`{"passed": 3}`, "text data outside of root node"],
    ["<testsuite>".repeat(5_000), "nested too deeply"],
    [`<testsuite>${"<testcase/>".repeat(200_001)}</testsuite>`, "more than 200000"],
  ])("refuses %#", async (text, why) => {
    await expect(read(text)).rejects.toThrow(why);
  });
});
