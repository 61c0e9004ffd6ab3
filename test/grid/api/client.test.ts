import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Client, createClient } from "../../../client/index.js";
import { packageRoot } from "../../../grid/package-root.js";
import { eventually } from "../../support/eventually.js";
import { browserProgram, openBrowser } from "../../support/screen.js";
import { runCommand, TestGrid } from "../../support/grid.js";

describe("the client for other programs", () => {
  let grid: TestGrid;
  let client: Client;
  const empty = mkdtempSync(join(tmpdir(), "holdfast-client-"));
  beforeAll(async () => {
    grid = await new TestGrid("machines: { alpha: {}, beta: {} }\n").start();
    client = createClient({ url: grid.endpoints.api, token: grid.token });
  });
  afterAll(async () => {
    await grid.stop();
    rmSync(empty, { recursive: true, force: true });
  });

  test("waits for a submission, follows a log and lists all jobs, also while the API is killed", async () => {
    const { submissionId, jobs } = await grid.submit({
      "holdfast.yaml":
        "owner: dev@example.org\nproject: shop\ntests: { one: { test: 'for n in 1 2 3 4 5; do echo line $n; sleep 1; done' }, two: { test: 'true' } }\n",
    });
    const waiting = client.waitForSubmission(submissionId);
    let text = "";
    const log = (async () => {
      for await (const piece of client.followLog(jobs[0]!.jobId)) text += piece;
      return text;
    })();
    await eventually("the log to begin", async () => (text === "" ? undefined : true));
    await grid.killAndAwaitReturn("api");
    expect((await waiting).jobs.map(({ verdict }) => verdict)).toEqual(["pass", "pass"]);
    expect(await log).toBe("line 1\nline 2\nline 3\nline 4\nline 5\n");
    const all = [];
    for await (const { jobId } of client.allJobs({ project: "shop" })) all.push(jobId);
    expect(all.sort()).toEqual(jobs.map(({ jobId }) => jobId).sort());
    await expect(client.job("nothing")).rejects.toMatchObject({ name: "ApiError", code: "unknown-job", status: 404 });
  });

  test("is a package of its own: its command and its library work in an empty folder", async () => {
    const run = (command: string, args: string[], env: NodeJS.ProcessEnv = {}) =>
      spawnSync(command, args, { cwd: empty, encoding: "utf8", env: { ...process.env, ...env } });
    const packed = run(process.execPath, [join(packageRoot, "grid/setup/client.mjs")]);
    expect(packed.status).toBe(0);
    writeFileSync(join(empty, "package.json"), '{ "private": true, "type": "module" }');
    expect(run("npm", ["install", "--no-audit", packed.stdout.trim().split("\n").at(-1)!]).status).toBe(0);
    const env = { HOLDFAST_CONFIG: join(empty, "profiles.json"), HOLDFAST_DATA: join(empty, "none") };
    const holdfast = (...args: string[]) => run(join(empty, "node_modules/.bin/holdfast"), args, env);
    const login = holdfast("login", grid.endpoints.api, "--token", grid.token, "--name", "lab");
    expect([login.status, login.stdout]).toEqual([0, expect.stringContaining("signed in to")]);
    writeFileSync(join(empty, "holdfast.yaml"), "owner: dev@example.org\ntests: { one: { test: 'exit 1' } }\n");
    expect(holdfast("submit", ".", "--wait").status).toBe(1);
    const why = holdfast("why", "@last");
    expect([why.status, why.stdout]).toEqual([0, expect.stringContaining("failed")]);
    const { jobs } = await client.jobs({ limit: "1" });
    expect(holdfast("job", jobs[0]!.jobId.slice(-8), "--json").stdout).toContain(jobs[0]!.jobId);
    expect(holdfast("results", "@last", "--junit").stdout).toContain('failures="1"');
    expect(holdfast("login", grid.endpoints.api, "--token", "wrong").status).toBe(77);
    expect(holdfast("logout").status).toBe(0);
    expect(holdfast("jobs").status).toBe(69);
    const library = "import { createClient } from 'holdfast-client'; console.log(typeof createClient)";
    expect(run(process.execPath, ["--input-type=module", "-e", library]).stdout).toBe("function\n");
  });

  (browserProgram === undefined ? test.skip : test)("works in a browser (needs chromium)", async () => {
    const jobId = await grid.submitOne("test: printf 'käse\\n'");
    await grid.finished(jobId);
    const folder = join(empty, "node_modules/holdfast-client");
    const browser = await openBrowser();
    try {
      const page = await (await browser.newContext({ bypassCSP: true })).newPage();
      await page.route("**/package/**", (route) =>
        route.fulfill({ path: join(folder, new URL(route.request().url()).pathname.slice("/package/".length)) }),
      );
      await page.goto(`${grid.endpoints.api}/health`);
      const use = `(async () => {
        const { createClient } = await import("/package/client.js");
        const client = createClient({ url: location.origin, token: ${JSON.stringify(grid.token)} });
        return [(await client.job("${jobId}")).verdict, String(await client.log("${jobId}", 1, 0))];
      })()`;
      expect(await page.evaluate(use)).toEqual(["pass", "käse\n"]);
    } finally {
      await browser.close();
    }
  });

  test("a shell completes its commands and options", async () => {
    const { stdout } = await runCommand(grid, "completion", "bash");
    const complete = (line: string) =>
      spawnSync(
        "bash",
        [
          "-c",
          `${stdout}\nCOMP_WORDS=(${line}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _holdfast; echo "\${COMPREPLY[@]}"`,
        ],
        { encoding: "utf8" },
      ).stdout.trim();
    expect(complete("holdfast skip")).toBe("skip-wait");
    expect(complete("holdfast token c")).toBe("create");
    expect(complete("holdfast token create --ro")).toBe("--role");
    expect(complete("holdfast job abc --fo")).toBe("--follow");
  });
});
