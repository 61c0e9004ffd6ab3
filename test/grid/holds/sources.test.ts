import { execFileSync } from "node:child_process";
import { renameSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { randomUUID } from "node:crypto";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { create } from "tar";
import { eventually } from "../../support/eventually.js";
import { runCommand, TestGrid } from "../../support/grid.js";

const suite = 'owner: dev@example.org\ntests:\n  one: { test: "true" }\n';

describe("sources and bad input", () => {
  let grid: TestGrid;
  beforeAll(async () => {
    grid = await new TestGrid("machines: { alpha: {} }\nlimits: { source: 100kB }\n").start();
  });
  afterAll(() => grid.stop());

  async function expectNothingMade(
    work: () => Promise<{ code: number | null; stderr: string }>,
    message: RegExp,
  ): Promise<void> {
    const counts = () =>
      grid.query(
        "select (select count(*) from submissions) as submissions, (select count(*) from jobs) as jobs, (select count(*) from outbox) as mails",
      );
    const before = await counts();
    const { code, stderr } = await work();
    expect(stderr).toMatch(message);
    expect(code).toBe(64);
    expect(await counts()).toEqual(before);
  }
  const submitting =
    (...args: string[]) =>
    () =>
      runCommand(grid, "submit", ...args);

  for (const [what, text, message] of [
    [
      "an unknown key",
      'owner: dev@example.org\ntests:\n  one:\n    test: "true"\n    requires: [service:nfs]\n',
      /holdfast\.yaml:5:5: unknown key "requires" in tests\.one/,
    ],
    [
      "a duplicate test",
      'owner: dev@example.org\ntests:\n  one: { test: "true" }\n  one: { test: "false" }\n',
      /holdfast\.yaml:4:3: "one" appears twice/,
    ],
    [
      "a bad duration",
      'owner: dev@example.org\ntests:\n  one:\n    test: "true"\n    duration: soon\n',
      /holdfast\.yaml:5:5: tests\.one\.duration: "soon" is not a duration/,
    ],
    [
      "an undefined service",
      'owner: dev@example.org\ntests:\n  one:\n    test: "true"\n    require: [service:moon]\n',
      /holdfast\.yaml:5:15: this grid defines no service "moon"/,
    ],
    ["no YAML at all", "{ what", /holdfast\.yaml:1:/],
  ] as const) {
    test(`${what} in the suite file is reported with its place, and nothing is created`, () =>
      expectNothingMade(submitting(grid.source({ "holdfast.yaml": text })), message));
  }

  test("a source that does not exist, has no suite file, is too large, or leaves its folder is refused", async () => {
    await expectNothingMade(submitting("/nowhere/at/all"), /neither a directory nor a git url/);
    await expectNothingMade(submitting(grid.source({ "readme.md": "hello" })), /no holdfast\.yaml in its root/);
    await expectNothingMade(
      submitting(grid.source({ "holdfast.yaml": suite, "big.bin": "x".repeat(200_000) })),
      /larger than this grid accepts/,
    );
    const linked = grid.source({ "holdfast.yaml": suite });
    symlinkSync("/etc/passwd", join(linked, "secret"));
    await expectNothingMade(submitting(linked), /secret: the link leads out of the source/);
  });

  test("an upload made by hand cannot leave its folder either", async () => {
    const folder = grid.source({ "holdfast.yaml": suite, "inside/file": "x" });
    const pieces: Buffer[] = [];
    for await (const piece of create({ cwd: join(folder, "inside"), preservePaths: true }, ["../inside/file"]))
      pieces.push(piece);
    await expect(grid.client.upload(gzipSync(Buffer.concat(pieces)))).rejects.toMatchObject({
      status: 422,
      message: expect.stringContaining("must stay inside the source"),
    });
    await expect(grid.client.upload(Buffer.from("nonsense"))).rejects.toMatchObject({ status: 422 });
  });

  test("what git ignores is not part of a source, with and without a repository", async () => {
    const files = {
      "holdfast.yaml": 'owner: dev@example.org\ntests:\n  one: { test: "test ! -e secret.txt && test -e kept.txt" }\n',
      ".gitignore": "secret.txt\n",
      "secret.txt": "x",
      "kept.txt": "x",
    };
    const { jobs } = await grid.submit(files);
    expect(await grid.finished(jobs[0]!.jobId)).toMatchObject({ verdict: "pass" });
  });

  test("a request for something that does not exist gets a clear error", async () => {
    expect(await runCommand(grid, "job", "nonsense")).toMatchObject({
      code: 64,
      stderr: expect.stringContaining("there is no job nonsense"),
    });
    expect(await runCommand(grid, "submit", grid.source({ "holdfast.yaml": suite }), "--test", "two")).toMatchObject({
      code: 64,
      stderr: expect.stringContaining("has no test two; it has one"),
    });
    await expect(grid.submit({ "holdfast.yaml": suite }, { tests: ["two"] })).rejects.toMatchObject({
      status: 422,
      code: "unknown-test",
    });
    const answer = await fetch(`${grid.endpoints.api}/api/v1/submissions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{",
    });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([
      401,
      expect.stringContaining("application/problem+json"),
    ]);
    const wrong = await fetch(`${grid.endpoints.api}/api/v1/submissions`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${grid.token}` },
      body: '{"source":{"kind":"carrier-pigeon"}}',
    });
    expect([wrong.status, ((await wrong.json()) as { code: string }).code]).toEqual([422, "wrong-request"]);
  });

  test("the same request twice is one submission", async () => {
    const { packFolder } = await import("../../../source/pack/pack.js");
    const sourceHash = await grid.client.upload(await packFolder(grid.source({ "holdfast.yaml": suite })));
    const key = randomUUID();
    const twice = await Promise.all(
      [1, 2].map(() => grid.client.submit({ source: { kind: "upload", sourceHash } }, key)),
    );
    expect(twice[0]!.submissionId).toBe(twice[1]!.submissionId);
  });

  test("a grid.yaml with a mistake is refused at start, with its place", async () => {
    const folder = grid.source({
      "grid.yaml":
        "services:\n  nfs: { prob: { tcp: here } }\nmachines: { alpha: {} }\nexclusions:\n  - { machines: gamma, reason: none }\n",
    });
    expect(
      await runCommand(grid, "up", "--grid", join(folder, "grid.yaml"), "--data", join(folder, "data")),
    ).toMatchObject({ code: 64, stderr: expect.stringMatching(/grid\.yaml:2:10: unknown key "prob"/) });
  });

  describe("from git", () => {
    let repository: string;
    const git = (...args: string[]) =>
      execFileSync("git", ["-C", repository, "-c", "user.email=a@b.c", "-c", "user.name=a", ...args], {
        encoding: "utf8",
      }).trim();
    beforeAll(() => {
      repository = grid.source({ "holdfast.yaml": suite });
      git("init", "--quiet", "-b", "main");
      git("add", ".");
      git("commit", "--quiet", "-m", "first");
    });

    test("a repository is fetched at a branch or a commit", async () => {
      const commit = git("rev-parse", "HEAD");
      for (const revision of ["main", commit]) {
        const { submissionId } = await grid.client.submit(
          { source: { kind: "git", url: pathToFileURL(repository).href, revision }, owner: "dev@example.org" },
          randomUUID(),
        );
        const submission = await eventually("its jobs", async () => {
          const found = await grid.client.submission(submissionId);
          return found.jobs.length > 0 ? found : undefined;
        });
        expect(submission.revision).toBe(commit);
        expect(await grid.finished(submission.jobs[0]!.jobId)).toMatchObject({ verdict: "pass" });
      }
    });

    test("an unknown revision is rejected, with one mail and no job", async () => {
      const { code, stderr } = await runCommand(
        grid,
        "submit",
        pathToFileURL(repository).href,
        "--revision",
        "nonsense",
        "--tell",
        "boss@example.org",
        "--wait",
      );
      expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining("has no revision nonsense") });
      const mails = await eventually("the mail", async () => {
        const found = (await grid.mails()).filter(({ to }) => to.includes("boss@example.org"));
        return found.length > 0 ? found : undefined;
      });
      expect(mails.map(({ subject }) => subject)).toEqual([
        expect.stringMatching(/^ABORT submission of .* @ nonsense/),
      ]);
    });

    test("a submission that is held for its repository is in the queue, and can be cancelled", async () => {
      const url = pathToFileURL(join(grid.folder, "never")).href;
      const { submissionId } = await grid.client.submit(
        { source: { kind: "git", url, revision: "main" }, owner: "waiting@example.org" },
        randomUUID(),
      );
      await eventually("the hold", async () => {
        const { submissions } = await grid.client.queue();
        return submissions.some((held) => held.submissionId === submissionId && held.state === "held") || undefined;
      });
      expect(await runCommand(grid, "why", submissionId)).toMatchObject({
        code: 0,
        stdout: expect.stringContaining("submission held: "),
      });
      expect(await runCommand(grid, "cancel", submissionId)).toMatchObject({ code: 0 });
      await eventually("its end", async () =>
        (await grid.client.submission(submissionId)).state === "cancelled" ? true : undefined,
      );
      const mails = await eventually("the mail", async () => {
        const found = (await grid.mails()).filter(({ to }) => to.includes("waiting@example.org"));
        return found.length > 0 ? found : undefined;
      });
      expect(mails.map(({ subject }) => subject.split(" ")[0])).toEqual(["ABORT"]);
    });

    test("a repository that cannot be reached holds the submission until it can", async () => {
      const later = join(grid.folder, "later");
      const { submissionId } = await grid.client.submit(
        { source: { kind: "git", url: pathToFileURL(later).href, revision: "main" }, owner: "dev@example.org" },
        randomUUID(),
      );
      await eventually("the hold", async () => {
        const { state, failureIdentifier } = await grid.client.submission(submissionId);
        return state === "held" && failureIdentifier === "infra/repository-unreachable" ? true : undefined;
      });
      // It appears at once, as a repository that is half cloned would have no branch.
      const aside = join(grid.folder, "aside");
      execFileSync("git", ["clone", "--quiet", repository, aside]);
      renameSync(aside, later);
      const { jobs } = await eventually("its jobs", async () => {
        const found = await grid.client.submission(submissionId);
        return found.jobs.length > 0 ? found : undefined;
      });
      expect(await grid.finished(jobs[0]!.jobId)).toMatchObject({ verdict: "pass" });
    });
  });
});
