import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { catalog } from "../../../domain/failures/failures.js";
import { runCommand, TestGrid } from "../../support/grid.js";

describe("results and artifacts", () => {
  let grid: TestGrid;
  beforeAll(async () => {
    grid = await new TestGrid(`machines:
  alpha: {}
  beta: {}
services:
  shelf: { probe: { disk: / , free: 1MiB, inodes: 0 }, scope: machine }
limits: { artifacts: 1MiB, artifact-count: 4 }
verdict: { back-off: 200ms, back-off-max: 200ms }
`).start();
  });
  afterAll(() => grid.stop());

  const page = async (path: string) => (await grid.fetch(`${grid.endpoints.api}${path}`)).text();

  test("TAP names the subtests that failed, in API, page and mail", async () => {
    const jobId = await grid.submitOne(`test: node --test --test-reporter=tap tests/\nresults: tap`, {
      "tests/a.test.mjs": `import { describe, test } from "node:test";
import { strictEqual } from "node:assert";
describe("basket", () => {
  test("adds", () => {});
  test("removes", () => strictEqual("<b>two</b>", "three"));
  test.skip("ships", () => {});
  test.todo("dreams", () => { throw new Error("not yet"); });
});
`,
    });
    const job = await grid.finished(jobId);
    expect(job).toMatchObject({ verdict: "fail", failureIdentifier: "code/test-failed" });
    expect(job.attempts).toHaveLength(2);
    for (const attempt of job.attempts)
      expect(attempt).toMatchObject({
        failing: ["basket > removes"],
        counts: { passed: 1, failed: 1, error: 0, skipped: 1, todo: 1 },
      });
    const attempt = await grid.client.attempt(jobId, 1);
    expect(attempt.subtests[0]).toMatchObject({ name: "basket > removes", result: "failed" });
    expect(attempt.subtests[0]!.message).toMatch(/<b>two<\/b>/);
    expect(attempt.failedAt! > attempt.testStartedAt! && attempt.failedAt! < attempt.endedAt).toBe(true);
    const html = await page(`/jobs/${jobId}`);
    expect(html).toContain("basket > removes");
    expect(html).toContain("&lt;b>two");
    expect(html).not.toContain("<b>two");
    expect(html).toContain('href="/failures#code/test-failed"');
    const [mail] = await grid.mailsOf(jobId);
    expect(mail!.text).toContain("basket > removes");
  });

  test("JUnit counts despite exit 0; a report that is older than the test does not count", async () => {
    const report = `<testsuite name="s"><testcase name="a"/><testcase name="b"><error message="boom"/></testcase></testsuite>`;
    const failing = await grid.submitOne(`test: mkdir out; cp old.xml out/report.xml\nresults: "junit:out/*.xml"`, {
      "old.xml": report,
    });
    const stale = await grid.submitOne(`test: "true"\nresults: junit:old.xml`, { "old.xml": report });
    const passing = await grid.submitOne(
      `test: printf '<testsuite name="s"><testcase name="a"/></testsuite>' > r.xml\nresults: junit:r.xml`,
    );
    expect(await grid.finished(failing)).toMatchObject({ verdict: "fail", failureIdentifier: "code/test-failed" });
    expect((await grid.client.attempt(failing, 1)).subtests[0]).toEqual({
      name: "s > b",
      result: "error",
      message: "boom",
    });
    expect(await grid.finished(stale)).toMatchObject({ verdict: "fail", failureIdentifier: "code/no-result" });
    expect(await grid.finished(passing)).toMatchObject({ verdict: "pass" });
  });

  test("a test that did not run is never green", async () => {
    const jobs = await Promise.all(
      [`echo "1..2"; echo "ok 1 # SKIP no"; echo "ok 2 # SKIP no"`, "echo hello", `echo "1..3"; echo "ok 1"`].map(
        (command) => grid.submitOne(`test: '${command}'\nresults: tap`),
      ),
    );
    jobs.push(await grid.submitOne(`test: "true"\nresults: junit:missing.xml`));
    const ended = await Promise.all(jobs.map((jobId) => grid.finished(jobId)));
    expect(
      ended.map(({ verdict, failureIdentifier, attempts }) => [verdict, failureIdentifier, attempts[0]!.failing]),
    ).toEqual([
      ["abort", null, []],
      ["fail", "code/no-result", ["nothing ran"]],
      ["fail", "code/no-result", ["3 subtests were planned, 1 ran"]],
      ["fail", "code/no-result", ["missing.xml is missing"]],
    ]);
    const crashed = await grid.finished(await grid.submitOne(`test: 'echo "1..1"; echo "ok 1"; exit 3'\nresults: tap`));
    expect(crashed).toMatchObject({ verdict: "fail", failureIdentifier: "code/test-failed" });
    expect(crashed.attempts[0]!.failing).toEqual(["exit 3"]);
  });

  test("a bail-out and the library's error are claims, which count as failures after three of them", async () => {
    const bailing = await grid.submitOne(`test: 'echo "1..2"; echo "Bail out! the shelf fell"'\nresults: tap`);
    const source = (body: string) => ({
      "a.test.ts": `import { test } from "node:test";\nimport { InfrastructureError } from "holdfast/library";\n${body}\n`,
    });
    const uncaught = await grid.submitOne(`test: node run.ts`, {
      "run.ts": `import { InfrastructureError } from "holdfast/library";\nthrow new InfrastructureError("shelf", "is bare");\n`,
    });
    const within = await grid.submitOne(
      `test: node --test --test-reporter=tap a.test.ts\nresults: tap`,
      source(`test("takes", () => { throw new InfrastructureError("shelf", "is bare"); });`),
    );
    const handled = await grid.submitOne(
      `test: node --test --test-reporter=tap a.test.ts\nresults: tap`,
      source(
        `test("copes", () => { try { throw new InfrastructureError("shelf", "is bare"); } catch {} });\ntest("other", () => { throw new Error("mine"); });`,
      ),
    );
    for (const [jobId, detail] of [
      [bailing, "said that its environment is to blame: Bail out! the shelf fell"],
      [uncaught, "said that service shelf is to blame: shelf: is bare"],
      [within, "said that service shelf is to blame: shelf: is bare"],
    ] as const) {
      const job = await grid.finished(jobId);
      const claims = job.attempts.filter(({ failureIdentifier }) => failureIdentifier === "infra/claimed-by-test");
      expect({ jobId, verdict: job.verdict }).toEqual({ jobId, verdict: "fail" });
      expect(claims.length).toBeGreaterThanOrEqual(3);
      const attempt = await grid.client.attempt(jobId, 1);
      expect(attempt.evidence).toContainEqual(
        expect.objectContaining({ check: "the test", result: "unknown", detail }),
      );
      const { text } = (await grid.mailsOf(jobId))[0]!;
      expect(text).toMatch(/^The test blames its environment, but nothing that this grid watches agrees/m);
      expect(text).toMatch(/\(\d times in all\); no probe agreed/);
      expect(text).toMatch(/healthy(?: throughout)?: .*confirmed on/i);
      expect(text).not.toMatch(/stopped by infrastructure|no attempt ran in a healthy/i);
    }
    expect((await grid.client.attempt(within, 1)).claims).toEqual([{ service: "shelf", message: "shelf: is bare" }]);
    expect((await grid.client.attempt(uncaught, 1)).exitCode).toBe(75);
    expect((await grid.finished(handled)).attempts[0]).toMatchObject({ outcome: "candidate", failing: ["other"] });
  });

  test("artifacts are stored within limits, whatever the result, and cannot lead out of the source", async () => {
    const command = [
      "mkdir -p shots/deep",
      "printf '<script>alert(1)</script>' > shots/a.html",
      "printf more > 'shots/deep/b ü#?.txt'",
      "head -c 700000 /dev/urandom > shots/c.bin; cp shots/c.bin shots/d.bin",
      "ln -s /etc/passwd shots/passwd.txt; ln -s /etc shots/etc; ln -s ../.. shots/up",
      "printf 1 > shots/e1.txt; printf 1 > shots/e2.txt",
      "sha256sum < shots/c.bin; exit 4",
    ].join("; ");
    const jobId = await grid.submitOne(`test: ${JSON.stringify(command)}\nartifacts: ["shots/**"]`);
    const job = await grid.finished(jobId);
    expect(job.verdict).toBe("fail");
    const { artifacts } = await grid.client.artifacts(jobId);
    expect(
      artifacts.filter(({ attempt }) => attempt === 1).map(({ path, whole, leftOut }) => [path, whole, leftOut]),
    ).toEqual([
      ["shots/a.html", true, null],
      ["shots/c.bin", true, null],
      ["shots/d.bin", false, "more than 1048576 bytes in all"],
      ["shots/deep/b ü#?.txt", true, null],
      ["shots/e1.txt", true, null],
      ["shots/e2.txt", false, "more than 4 files"],
    ]);
    expect((await grid.client.attempt(jobId, 1)).evidence).toContainEqual(
      expect.objectContaining({
        check: "artifacts",
        result: "note",
        detail: expect.stringMatching(/^2 left out: shots\/d.bin/),
      }),
    );
    const hostile = await grid.fetch(artifacts[0]!.link!);
    expect(await hostile.text()).toBe("<script>alert(1)</script>");
    expect(Object.fromEntries(hostile.headers)).toMatchObject({
      "content-type": "application/octet-stream",
      "content-disposition": "attachment; filename=a.html",
      "x-content-type-options": "nosniff",
      "content-security-policy": expect.stringContaining("sandbox"),
    });
    for (const path of ["shots/passwd.txt", "shots/etc/passwd", "shots/d.bin", "..%2f..%2fetc%2fpasswd"])
      expect((await grid.fetch(`${grid.endpoints.api}/api/v1/jobs/${jobId}/artifacts/1/${path}`)).status).toBe(404);
    const folder = join(grid.folder, "got");
    const got = await runCommand(grid, "artifacts", jobId, "--get", folder);
    expect(got).toMatchObject({ code: 0, stdout: expect.stringContaining("more than 4 files") });
    expect(readdirSync(join(folder, "1/shots")).sort()).toEqual(["a.html", "c.bin", "deep", "e1.txt"]);
    expect(readFileSync(join(folder, "1/shots/deep/b ü#?.txt"), "utf8")).toBe("more");
    const sum = execFileSync("sha256sum", { input: readFileSync(join(folder, "1/shots/c.bin")) }).toString();
    expect((await grid.client.log(jobId, 1, 0)).toString()).toContain(sum.trim().split(" ")[0]);
    expect(existsSync(join(folder, "2/shots/c.bin"))).toBe(true);
    expect(await page(`/jobs/${jobId}`)).toContain("shots/deep/b ü#?.txt");
  });

  test("artifacts are kept after a time limit and a failing build; patterns without a match are no error then", async () => {
    const slow = await grid.submitOne(`test: echo kept > kept.txt; sleep 60\nduration: 3s\nartifacts: [kept.txt]`);
    const built = await grid.submitOne(
      `test: "true"\nbuild: echo kept > kept.txt; exit 1\nartifacts: ["*.txt", "none/*"]`,
    );
    for (const [jobId, identifier] of [
      [slow, "code/timeout"],
      [built, "code/build-failed"],
    ] as const) {
      expect(await grid.finished(jobId)).toMatchObject({ verdict: "fail", failureIdentifier: identifier });
      expect((await grid.client.artifact(jobId, 1, "kept.txt")).toString()).toBe("kept\n");
    }
    const own = (await grid.finished(slow)).attempts.filter(({ companion }) => companion === null);
    expect(own.length).toBeGreaterThan(1);
    for (const { failing } of own) expect(failing).toEqual(["ran into its time limit of 3 s"]);
  });

  test("the catalogue of failures and the schemas of both files are published", async () => {
    const { failures } = (await (await grid.fetch(`${grid.endpoints.api}/api/v1/failures`)).json()) as {
      failures: unknown[];
    };
    expect(failures).toEqual(catalog());
    const html = await page("/failures");
    for (const { identifier } of catalog()) expect(html).toContain(`id="${identifier}"`);
    for (const [name, key] of [
      ["grid", "services"],
      ["suite", "tests"],
    ] as const) {
      const schema = (await (await grid.fetch(`${grid.endpoints.api}/api/v1/schemas/${name}.json`)).json()) as {
        properties: Record<string, unknown>;
      };
      expect(schema.properties).toHaveProperty(key);
    }
    const openapi = (await (await grid.fetch(`${grid.endpoints.api}/api/v1/openapi.json`)).json()) as { paths: object };
    for (const path of [
      "/failures",
      "/jobs/{jobId}/artifacts",
      "/jobs/{jobId}/attempts/{number}",
      "/schemas/grid.json",
    ])
      expect(Object.keys(openapi.paths)).toContain(path);
  });
});
