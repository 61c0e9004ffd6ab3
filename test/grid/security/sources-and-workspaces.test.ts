import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Submission } from "../../../client/grid-client.js";
import { eventually } from "../../support/eventually.js";
import { runCommand, TestGrid } from "../../support/grid.js";
import { FileServer, GitRepository } from "../../support/git-repository.js";

const suiteOf = (tests: string) =>
  `owner: dev@example.org\nproject: borders\ntests:\n  ${tests.replaceAll("\n", "\n  ")}\n`;

describe("sources, suites and the workspace of a test", () => {
  let grid: TestGrid;
  beforeAll(async () => {
    grid = await new TestGrid(
      "machines: { alpha: { slots: 2 }, beta: {} }\nlimits: { log: 100kB }\nhold: { refused-fetch: 1s }\n",
    ).start();
  });
  afterAll(() => grid.stop());

  async function submitGit(url: string, more: object = {}, extra: object = {}): Promise<string> {
    const source = { kind: "git", url, ...more } as const;
    return (await grid.client.submit({ source, owner: "dev@example.org", ...extra }, randomUUID())).submissionId;
  }
  const withJobs = (submissionId: string): Promise<Submission> =>
    eventually("its jobs", async () => {
      const submission = await grid.client.submission(submissionId);
      return submission.jobs.length > 0 ? submission : undefined;
    });

  test("a password in a repository's address is in no table, history, log, mail, page or answer", async () => {
    const repository = new GitRepository({ "holdfast.yaml": suiteOf("one: { test: exit 3 }") });
    repository.git("update-server-info");
    const server = await new FileServer(join(repository.folder, ".git")).start();
    server.credentials = "ann:hunter2secret";
    const at = (user: string) => server.url.replace("http://", `http://${user}@`);
    const good = await submitGit(at("ann:hunter2secret"));
    const wrong = await submitGit(at("ann:hunter2wrong"));
    const { jobs } = await withJobs(good);
    expect(await grid.finished(jobs[0]!.jobId)).toMatchObject({ verdict: "fail" });
    await grid.mailsOf(jobs[0]!.jobId);
    const held = await eventually("the hold", async () => {
      const submission = await grid.client.submission(wrong);
      return submission.state === "held" ? submission : undefined;
    });
    expect(held.reason).toBe(`${server.url}: this address asks for other credentials`);
    await eventually("the notice", async () =>
      (await grid.mails()).some(({ subject }) => subject.startsWith("HELD submission")) ? true : undefined,
    );
    await grid.client.cancelSubmission(wrong);
    const tables = await grid.query<{ name: string }>(
      "select table_name as name from information_schema.tables where table_schema = 'public'",
    );
    const texts: string[] = [];
    for (const { name } of tables) texts.push(JSON.stringify(await grid.query(`select t::text from "${name}" as t`)));
    const logs = join(grid.data, "logs");
    for (const file of readdirSync(logs)) texts.push(readFileSync(join(logs, file), "utf8"));
    for (const id of [good, wrong])
      texts.push(
        await grid.temporal(async (client) =>
          JSON.stringify(await client.workflow.getHandle(`submission/${id}`).fetchHistory()),
        ),
      );
    texts.push(JSON.stringify(await grid.mails()), JSON.stringify(await grid.client.queue()));
    for (const page of ["/", `/submissions/${good}`, `/jobs/${jobs[0]!.jobId}`, `/api/v1/submissions/${wrong}`])
      texts.push(await (await grid.fetch(grid.endpoints.api + page)).text());
    const hex = Buffer.from("hunter2").toString("hex");
    for (const text of texts) expect(text.includes("hunter2") || text.includes(hex)).toBe(false);
    await server.stop();
    repository.remove();
  });

  test("a repository that answers 404: its owner gets a notice after a short time, and the submission stays held", async () => {
    const server = await new FileServer(grid.folder).start();
    const id = await submitGit(`${server.url}/nowhere.git`, {}, { owner: "lost@example.org" });
    const mail = await eventually("the notice", async () =>
      (await grid.mails()).find(({ to }) => to.includes("lost@example.org")),
    );
    expect(mail.subject).toMatch(/^HELD submission of nowhere/);
    expect(mail.text).toContain(`${server.url}/nowhere.git: this address answers 404`);
    expect(await grid.client.submission(id)).toMatchObject({ state: "held" });
    await grid.client.cancelSubmission(id);
    await server.stop();
  });

  test("each branch, tag and commit has its own history, and supersedes only that", async () => {
    const repository = new GitRepository({ "holdfast.yaml": suiteOf('one: { test: "true" }') });
    repository.git("tag", "v1");
    repository.git("branch", "feature/x");
    const commit = repository.git("rev-parse", "HEAD");
    const branches: Record<string, string> = {};
    for (const revision of ["main", "feature/x", "v1", commit, "HEAD"]) {
      const submission = await withJobs(await submitGit(repository.url, { revision }));
      branches[revision] = submission.branch;
      expect(submission.revision).toBe(commit);
    }
    expect(branches).toEqual({
      main: "main",
      "feature/x": "feature/x",
      v1: "tag:v1",
      [commit]: `commit:${commit}`,
      HEAD: "main",
    });
    repository.remove();
  });

  test("a suite in a folder of a repository runs there, with the whole repository, its history and its variables", async () => {
    const checks = [
      "test -f ../../shared.txt",
      "git describe --tags | grep -q '^v1-1-g'",
      'test "$HOLDFAST_REVISION" = "$(git rev-parse HEAD)"',
      'test "$HOLDFAST_BRANCH" = main',
      'test "$CI" = true && test -n "$TERM" && test -x "$SHELL"',
      "git status --porcelain | grep . && exit 1",
      "mkdir out && echo hello > out/a.txt",
    ];
    const command = checks.join("; ").replaceAll("; git status", " && git status");
    const files = {
      "shared.txt": "x",
      "packages/a/holdfast.yaml": suiteOf(
        `inside:\n  test: ${JSON.stringify(`set -e; ${command}`)}\n  artifacts: [out, "!out/b.txt", "nothing/*"]`,
      ),
    };
    const repository = new GitRepository(files);
    repository.git("tag", "-a", "v1", "-m", "first");
    repository.commit("second", {});
    const fetched = await withJobs(await submitGit(repository.url, { revision: "main", path: "packages/a" }));
    const { stdout, stderr, code } = await runCommand(
      grid,
      "submit",
      repository.folder,
      "--path",
      "packages/a",
      "--wait",
      "--json",
    );
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const uploaded = JSON.parse(stdout) as Submission;
    for (const { jobs } of [fetched, uploaded]) {
      const jobId = jobs[0]!.jobId;
      const job = await grid.finished(jobId);
      const log = (await grid.client.log(jobId, 1, 0)).toString("utf8");
      expect({ verdict: job.verdict, log }).toMatchObject({ verdict: "pass" });
      const { artifacts } = await grid.client.artifacts(jobId);
      expect(artifacts.map(({ path }) => path)).toEqual(["out/a.txt"]);
      const { evidence } = await grid.client.attempt(jobId, 1);
      expect(evidence).toContainEqual(
        expect.objectContaining({ check: "artifacts", detail: "matched nothing: nothing/*" }),
      );
    }
    repository.remove();
  });

  test("the command counts what .gitignore leaves out, and says where a suite file is misnamed", async () => {
    const folder = grid.source({
      "holdfast.yaml": suiteOf('one: { test: "true" }'),
      ".gitignore": "*.log\ncache/\n",
      "a.log": "x",
      "cache/b": "x",
    });
    expect((await runCommand(grid, "submit", folder)).stderr).toContain("left out by .gitignore: 2 files and folders");
    expect((await runCommand(grid, "submit", folder, "-v")).stderr).toContain("  a.log\n  cache/");
    const misnamed = grid.source({ "holdfast.yml": suiteOf('one: { test: "true" }') });
    expect(await runCommand(grid, "submit", misnamed)).toMatchObject({
      code: 64,
      stderr: expect.stringContaining("it has holdfast.yml: rename it to holdfast.yaml"),
    });
  });

  test("a fact that no machine has, a foreign comparison and a wrong kind are refused with their place", async () => {
    const refused = async (requirement: string) => {
      const folder = grid.source({ "holdfast.yaml": suiteOf(`one: { test: "true", require: ["${requirement}"] }`) });
      const { code, stderr } = await runCommand(grid, "submit", folder);
      return `${code} ${stderr.trim()}`;
    };
    expect(await refused("machine:memroy>=1GiB")).toMatch(
      /^64 .*holdfast\.yaml:4:\d+: .*no machine of this grid has the fact memroy; the nearest is memory/,
    );
    expect(await refused("machine:memory>=banana")).toMatch(/memory is a size such as .*, and banana is a word/);
    expect(await refused("package:bash==5")).toMatch(/== is no comparison; write one of/);
    expect(await refused("package:bash~=5")).toMatch(/~= is no comparison/);
  });

  test("values of a matrix keep the text of the file", async () => {
    const { jobs } = await grid.submit({
      "holdfast.yaml": suiteOf('one: { test: "true", matrix: { v: [3.10, 0755, 12345678901234567890, true, "x"] } }'),
    });
    expect(jobs.map(({ variant }) => variant["v"])).toEqual(["3.10", "0755", "12345678901234567890", "true", "x"]);
  });

  test("a long log keeps its beginning, its end, and the part around the first failure", async () => {
    const lines = [
      "echo first line",
      "yes before | head -c 20000000",
      "echo",
      "echo '1..2'; echo 'not ok 1 - the needle'; echo '  boom because of it'; echo 'ok 2 - other'",
      "head -c 30000000 /dev/zero | tr '\\\\0' x; echo",
      "yes after | head -c 20000000",
      "echo; echo last line; exit 1",
    ];
    const jobId = await grid.submitOne(`test: ${JSON.stringify(lines.join("; "))}\nresults: tap`);
    const { verdict, attempts } = await grid.finished(jobId);
    expect(verdict).toBe("fail");
    const failed = attempts.find(({ outcome }) => outcome === "candidate")!;
    const parts = ["first line", "not ok 1 - the needle", "boom because of it", "last line", "bytes are left out here"];
    // On a busy machine the rest of a log may come after the verdict.
    const log = await eventually("the whole log", async () => {
      const text = (await grid.client.log(jobId, failed.number, 0)).toString("utf8");
      return parts.every((part) => text.includes(part)) ? text : undefined;
    });
    expect(log.length).toBeLessThan(400_000);
    const { text } = (await grid.mailsOf(jobId))[0]!;
    for (const part of ["the needle", "boom because of it", "last line"]) expect(text).toContain(part);
  });

  test("a program that the suite does not declare is named, with the line that declares it", async () => {
    const jobId = await grid.submitOne("test: no-such-program --version");
    expect(await grid.finished(jobId)).toMatchObject({ verdict: "fail" });
    const { text } = (await grid.mailsOf(jobId))[0]!;
    expect(text).toContain("The program no-such-program was not found on ");
    expect(text).toContain("require: [command:no-such-program]");
  });

  test("a skipped test is no failure, and the exit code of the command can be chosen", async () => {
    const folder = grid.source({
      "holdfast.yaml": suiteOf("one: { test: 'echo \"1..0 # SKIP no display\"', results: tap }"),
    });
    expect(await runCommand(grid, "submit", folder, "--wait")).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("1 of 1 jobs were skipped by their tests"),
    });
    expect(await runCommand(grid, "submit", folder, "--wait", "--exit-on-skip", "9")).toMatchObject({ code: 9 });
    const mail = await eventually("the mail", async () =>
      (await grid.mails()).find(({ subject }) => /^ABORT one .*borders/.test(subject)),
    );
    expect(mail.text).toContain("skipped: no display");
  });

  test("another version of Node that a test starts runs unchanged", async () => {
    const jobId = await grid.submitOne(
      `test: test -z "$NODE_OPTIONS" && node run.ts && env -i PATH="$PATH" node plain.js | grep -q '^0$'`,
      {
        "plain.js": "console.log(process.execArgv.length);\n",
        "run.ts": "const answer: number = 42;\nif (process.env.NODE_OPTIONS !== undefined) throw new Error();\n",
      },
    );
    expect(await grid.finished(jobId)).toMatchObject({ verdict: "pass" });
  });
});
