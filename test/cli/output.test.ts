import { describe, expect, test } from "@jest/globals";
import { selectFields } from "../../cli/fields.js";
import { Output, type OutputOptions } from "../../cli/output.js";

const jobs = {
  jobs: [
    {
      jobId: "a",
      verdict: "fail",
      variant: { browser: "firefox" },
      links: { page: "http://grid/jobs/a" },
      flaky: false,
    },
    { jobId: "b", verdict: null, variant: {}, links: { page: "http://grid/jobs/b" }, flaky: true },
  ],
  next: null,
};

describe("fields of a result", () => {
  test.each([
    ["jobId,links.page", "a\thttp://grid/jobs/a\nb\thttp://grid/jobs/b"],
    ["verdict, variant.browser ,flaky", "fail\tfirefox\tfalse\n\t\ttrue"],
    ["variant", '{"browser":"firefox"}\n{}'],
  ])("%s", (names, lines) => expect(selectFields(JSON.stringify(jobs), names)).toBe(lines));

  test("of one object are one line, even if a value has line breaks", () =>
    expect(selectFields('{"jobId": "a", "holds": [], "detail": "one\\n\\ttwo"}', "jobId,detail")).toBe("a\tone two"));

  test("that do not exist are refused with those that do; an empty list accepts every field", () => {
    expect(() => selectFields(JSON.stringify(jobs), "jobid")).toThrow("no field jobid; there are jobId, verdict,");
    expect(selectFields('{"jobs": [], "next": null}', "jobid")).toBe("");
  });
});

describe("a terminal", () => {
  function printed(
    text: string,
    terminal: { isTerminal?: boolean; env?: NodeJS.ProcessEnv },
    options: OutputOptions = {},
  ) {
    const written: string[] = [];
    const output = new Output({ write: (piece) => written.push(piece), isTerminal: true, env: {}, ...terminal });
    output.prepare(options, "jobs", () => undefined);
    output.print(text);
    return written.join("");
  }
  const table = "job  test       state     verdict\na    pass-test  finished  fail\nb    two        held      ";

  test("shows verdicts and states in color, and nothing else", () => {
    const text = printed(table, {});
    expect(text).toContain("finished  \u001b[31mfail\u001b[39m");
    expect(text).toContain("\u001b[33mheld\u001b[39m");
    expect(text).toContain("a    pass-test");
  });

  test.each([
    ["no terminal", { isTerminal: false }],
    ["NO_COLOR", { env: { NO_COLOR: "1" } }],
    ["a dumb terminal", { env: { TERM: "dumb" } }],
  ])("gets no colors with %s", (_what, terminal) => expect(printed(table, terminal)).toBe(`${table}\n`));

  test("refuses --fields and --web for commands without a result", () => {
    const output = new Output({ write: () => undefined, isTerminal: true, env: {} });
    expect(() => output.prepare({ fields: "a" }, "page", undefined)).toThrow("no JSON result");
    expect(() => printed('{"links": {}}', {}, { web: true })).toThrow("no page");
  });

  test("does not repeat commands that change something", () => {
    const output = new Output({ write: () => undefined, isTerminal: true, env: {} });
    for (const command of ["submit", "trigger run", "token create", "cancel"])
      expect(() => output.prepare({ watch: true }, command, undefined)).toThrow("does more than look");
    expect(printed('{"jobs": [], "next": null}', {}, { fields: "jobId" })).toBe("");
  });

  test("is redrawn only when something has changed", async () => {
    const written: string[] = [];
    const output = new Output({ write: (piece) => written.push(piece), isTerminal: false, env: {} });
    const states = ["waits", "waits", "runs"];
    const watching = output.run(async () => {
      output.prepare({ watch: true }, "jobs", undefined);
      const state = states.shift();
      if (state === undefined) throw new Error("interrupted");
      output.print(state);
    });
    await expect(watching).rejects.toThrow("interrupted");
    expect(written).toEqual(["waits\n", "runs\n"]);
  }, 30_000);
});
