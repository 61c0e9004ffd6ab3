import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { eventually } from "../../support/eventually.js";
import { runCommand, TestGrid } from "../../support/grid.js";

const gridFile =
  "machines: { alpha: {}, beta: {} }\nmail: { from: Grid <grid@example.org> }\nsignatures: ./signatures.yaml\n";
const signatures = `- name: reset
  pattern: ECONNRESET
  label: a connection was reset
  cause: infrastructure
  help: See the service's log.
- name: chatty
  pattern: doing things
  label: says nothing
`;

describe("the mail about a test that passed before", () => {
  let grid: TestGrid;
  const submit = async (test: string, version: string) => {
    const { jobs } = await grid.submit({
      "holdfast.yaml": `owner: dev@example.org
project: shop
tests:
  checkout:
    test: ${test}
    matrix: { browser: [firefox] }
    require: ["package:base-files"]
components: { compiler: echo ${version} }
`,
      version,
    });
    return grid.finished(jobs[0]!.jobId);
  };
  beforeAll(async () => {
    grid = new TestGrid(gridFile);
    writeFileSync(join(grid.folder, "signatures.yaml"), signatures.split("- name: chatty")[0]!);
    await grid.start();
  });
  afterAll(() => grid.stop());

  test("says what changed, since when it fails, what the log means, and how to run it; in text and HTML", async () => {
    const passed = await submit("echo doing things", "12.1");
    const stopped = await submit("exit 4", "12.2");
    const failed = await submit(`'echo "doing things"; echo "Error: read ECONNRESET"; seq 200; exit 3'`, "12.3");
    expect([passed.verdict, stopped.verdict, failed.verdict]).toEqual(["pass", "fail", "fail"]);
    const [mail] = await grid.mailsOf(failed.jobId);
    expect(mail!.subject).toBe(`FAIL checkout [browser=firefox] · shop @ ${failed.revision.slice(0, 12)}`);
    const expected = [
      `Last passed   at ${passed.revision.slice(0, 12)}`,
      `First failed  at ${stopped.revision.slice(0, 12)}`,
      "2 runs in a row",
      "1 of the last 3 runs passed",
      "+ - -  (",
      "compiler            12.3 (was 12.1)",
      "package base-files",
      "holdfast            ",
      ">| Error: read ECONNRESET",
      "a connection was reset (line 2 of attempt 1's log)",
      "export HOLDFAST_VARIANT_BROWSER=firefox",
      `/api/v1/sources/${failed.revision} | tar xz`,
      `holdfast rerun ${failed.jobId}`,
      `${failed.links.page}/not-my-code`,
      "Temporal history",
    ];
    for (const part of expected) expect(mail!.text).toContain(part);
    for (const part of ["a connection was reset", "12.3 (was 12.1)", `href="${failed.links.page}"`])
      expect(mail!.html).toContain(part);
    expect(`${mail!.text}${mail!.html}`).not.toMatch(/undefined|\bnull\b|NaN/);
    const told = (await grid.mailsOf(passed.jobId))[0]!;
    expect(`${told.subject}${told.text}${told.html}`).not.toMatch(/fail/i);
    expect(mail!.headers).toMatchObject({
      references: told.headers["references"],
      "in-reply-to": expect.stringMatching(/^<thread\.[0-9a-f]{32}@example\.org>$/),
      "list-id": "<shop.holdfast.example.org>",
      "message-id": `<verdict.${failed.jobId}@example.org>`,
      "auto-submitted": "auto-generated",
    });
    expect((await grid.client.job(failed.jobId)).signatures).toContainEqual({
      name: "reset",
      label: "a connection was reset",
      cause: "infrastructure",
      help: "See the service's log.",
      link: null,
      line: "Error: read ECONNRESET",
      lineNumber: 2,
      attempt: 1,
    });
    const page = await (await grid.fetch(failed.links.page)).text();
    for (const part of ["a connection was reset", "1 of 3 passed", passed.jobId]) expect(page).toContain(part);
  });

  test("a signature that matches logs of passes is refused with its place, and the others are used", async () => {
    const passed = await submit("echo doing things", "12.1");
    const file = join(grid.folder, "signatures.yaml");
    const refusal =
      /signatures\.yaml:7:3: signature chatty is refused: .* in line 1 of the log of job \w+, attempt 1: doing things/;
    const more = join(grid.folder, "more.yaml");
    writeFileSync(more, signatures);
    const checked = await runCommand(grid, "signatures", "check", more);
    expect(checked).toMatchObject({
      code: 64,
      stderr: expect.stringMatching(/more\.yaml:7:3: signature chatty is refused/),
    });
    expect(passed.verdict).toBe("pass");

    writeFileSync(file, signatures.replace("a connection was reset", "a line was cut"));
    await eventually("the refusal", async () => (refusal.test(grid.stderr) ? true : undefined));
    const known = await eventually("the new label", async () => {
      const [row] = await grid.query<{ names: { name: string; label: string }[] }>(
        "select config->'signatures' as names from grid",
      );
      return row!.names.some(({ label }) => label === "a line was cut") ? row!.names : undefined;
    });
    expect(known.map(({ name }) => name)).toEqual(["reset"]);
    expect(await runCommand(grid, "signatures", "check")).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^1 signatures/),
    });

    writeFileSync(grid.gridFile, `${gridFile}admins: [admin@example.org]\n`);
    const applied = await runCommand(grid, "apply", grid.gridFile);
    expect(applied).toMatchObject({ code: 64, stderr: expect.stringMatching(refusal) });

    writeFileSync(file, "- { name: a, pattern: '(', label: c }\n");
    await eventually("the mistake", async () =>
      /signatures\.yaml:1:14: 0\.pattern: is no pattern/.test(grid.stderr) ? true : undefined,
    );
  });
});
