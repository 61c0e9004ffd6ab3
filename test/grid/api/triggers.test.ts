import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Client, Connection } from "@temporalio/client";
import { connectionOptions } from "../../../workers/process/temporal-connection.js";
import { triggerScheduleId } from "../../../workflows/messages.js";
import { createGridClient } from "../../../client/grid-client.js";
import { createRequests } from "../../../client/requests.js";
import { GitRepository } from "../../support/git-repository.js";
import { eventually } from "../../support/eventually.js";
import { runCommand, TestGrid } from "../../support/grid.js";

const suite = 'owner: dev@example.org\nproject: shop\ntests:\n  one: { test: "true" }\n';

describe("triggers", () => {
  let grid: TestGrid;
  let connection: Connection;
  let temporal: Client;
  let repository: GitRepository;
  beforeAll(async () => {
    grid = await new TestGrid("machines: { alpha: {} }\n").start();
    connection = await Connection.connect(connectionOptions(grid.endpoints.temporal));
    temporal = new Client({ connection, namespace: grid.endpoints.temporal.namespace });
    repository = new GitRepository({ "holdfast.yaml": suite });
  });
  afterAll(async () => {
    await connection.close();
    repository.remove();
    await grid.stop();
  });

  const ended = async (submissionId: string) => {
    const { jobs } = await eventually("the jobs of the submission", async () => {
      const submission = await grid.client.submission(submissionId);
      return submission.jobs.length > 0 ? submission : undefined;
    });
    return grid.finished(jobs[0]!.jobId);
  };
  const submissionsOf = (triggerId: string) =>
    grid.query(`select submission_id from submissions where idempotency_key like '%${triggerId}%'`);

  test("a schedule submits once at each of its times, even if a process is killed", async () => {
    const args = ["create", "nightly", repository.url, "--owner", "dev@example.org", "--cron", "0 4 * * *", "--json"];
    const made = await runCommand(grid, "trigger", ...args);
    const { triggerId } = JSON.parse(made.stdout) as { triggerId: string };
    // Temporal starts the schedule now, as it does at the scheduled times.
    const schedule = temporal.schedule.getHandle(triggerScheduleId(triggerId));
    grid.kill("control");
    await schedule.trigger();
    const { lastSubmissionId } = await eventually("its submission", async () =>
      (await grid.client.triggers()).triggers.find((each) => each.triggerId === triggerId && each.lastAt !== null),
    );
    expect(await ended(lastSubmissionId!)).toMatchObject({
      verdict: "pass",
      project: "shop",
      owner: "dev@example.org",
    });
    expect(await submissionsOf(triggerId)).toHaveLength(1);
    // A schedule that Temporal has lost is created again.
    await schedule.delete();
    await grid.killAndAwaitReturn("control");
    await eventually("the schedule to come back", async () => {
      const { triggers } = await grid.client.triggers();
      return triggers.find((each) => each.triggerId === triggerId)!.nextAt.length > 0 ? true : undefined;
    });
    expect((await runCommand(grid, "trigger", "delete", triggerId)).code).toBe(0);
    await expect(schedule.describe()).rejects.toThrow();
    expect((await grid.client.triggers()).triggers).toEqual([]);
  });

  test("times follow the clock of their zone, daylight saving included", async () => {
    const nextIn = async (line: string, timeZone: string) => {
      const { triggerId } = await grid.client.createTrigger({
        name: "dst",
        source: { url: repository.url },
        owner: "dev@example.org",
        schedule: { cron: [line], timeZone },
      });
      const { nextAt } = await eventually("its next times", async () =>
        (await grid.client.triggers()).triggers.find((each) => each.triggerId === triggerId && each.nextAt.length > 1),
      );
      await grid.client.deleteTrigger(triggerId);
      return nextAt.map((time) => time.slice(5, 16));
    };
    // The clocks of Berlin change on the last Sundays of March and October, at 01:00 UTC.
    const march = await nextIn("0 12 25-31/2 3 *", "Europe/Berlin");
    expect(new Set(march.map((time) => time.slice(6)))).toEqual(new Set(["11:00", "10:00"]));
    const october = await nextIn("0 12 25-31/2 10 *", "Europe/Berlin");
    expect(new Set(october.map((time) => time.slice(6)))).toEqual(new Set(["10:00", "11:00"]));
    expect(new Set((await nextIn("0 12 25-31 3 *", "UTC")).map((time) => time.slice(6)))).toEqual(new Set(["12:00"]));
  });

  test("a push submits its commit once, and only with the right signature", async () => {
    const { push, secret, triggerId } = await grid.client.createTrigger({
      name: "pushes",
      source: { url: repository.url },
      owner: "dev@example.org",
      push: { branches: ["main", "release/*"] },
    });
    const commit = repository.commit("second", { "more.txt": "more" });
    const send = async (body: object, headers: Record<string, string>) => {
      const answer = await fetch(push!.address, {
        method: "POST",
        body: JSON.stringify(body),
        headers: { "content-type": "application/json", ...headers },
      });
      return { status: answer.status, ...((await answer.json()) as { submissionId?: string | null; note?: string }) };
    };
    const signed = (body: object, key = secret!) =>
      send(body, {
        "x-hub-signature-256": `sha256=${createHmac("sha256", key).update(JSON.stringify(body)).digest("hex")}`,
      });
    const event = {
      ref: "refs/heads/main",
      before: "0".repeat(40),
      after: commit,
      repository: { full_name: "acme/shop" },
    };
    expect(await signed(event, "guessed")).toMatchObject({ status: 401, code: "wrong-signature" });
    expect(await send(event, {})).toMatchObject({ status: 401 });
    expect(await send(event, { "x-gitlab-token": "guessed" })).toMatchObject({ status: 401 });
    const first = await signed(event);
    expect(first).toMatchObject({ status: 202, note: null });
    // A forge that got no answer sends the push again. GitLab and Gitea sign in their own ways.
    expect((await signed(event)).submissionId).toBe(first.submissionId);
    expect((await send(event, { "x-gitlab-token": secret! })).submissionId).toBe(first.submissionId);
    const ofGitea = createHmac("sha256", secret!).update(JSON.stringify(event)).digest("hex");
    expect((await send(event, { "x-gitea-signature": ofGitea })).submissionId).toBe(first.submissionId);
    expect(await ended(first.submissionId!)).toMatchObject({ verdict: "pass", branch: "main", revision: commit });
    const nothing = [
      { ref: "refs/heads/topic", after: commit },
      { ref: "refs/heads/main", after: "0".repeat(40) },
      { ref: "refs/tags/v1", after: commit },
      { zen: "a ping" },
    ];
    for (const body of nothing) expect(await signed(body)).toMatchObject({ status: 202, submissionId: null });
    expect(await submissionsOf(triggerId)).toHaveLength(1);
    // A branch that is reset to an earlier commit is tested again.
    const back = await signed({ ...event, before: "f".repeat(40) });
    expect(back).toMatchObject({ status: 202, submissionId: expect.not.stringMatching(first.submissionId!) });
    const stored = JSON.stringify(await grid.query("select * from triggers"));
    expect(stored).not.toContain(secret!);
  });

  test("a trigger has the rights of its token, and loses them with it", async () => {
    const { token, tokenId } = await grid.client.createToken({ name: "ci", role: "submitter", project: "shop" });
    const own = createGridClient(createRequests(grid.endpoints.api, token, { timeoutMs: 10_000, patienceMs: 0 }));
    const wanted = { name: "mine", source: { url: repository.url }, owner: "dev@example.org", push: {} };
    await expect(own.createTrigger({ ...wanted, project: "other" })).rejects.toMatchObject({ status: 403 });
    const { triggerId } = await own.createTrigger(wanted);
    expect((await own.triggers()).triggers.map((each) => each.triggerId)).toContain(triggerId);
    expect((await own.runTrigger(triggerId)).submissionId).toMatch(/\w+/);
    await grid.client.revokeToken(tokenId, "admin");
    expect(await grid.client.runTrigger(triggerId)).toMatchObject({ submissionId: null });
    const { triggers } = await grid.client.triggers();
    expect(triggers.find((each) => each.triggerId === triggerId)!.lastError).toMatch(/revoked/);
  });

  test("an idempotency key does not create a schedule under the id of another trigger", async () => {
    const { triggerId } = await grid.client.createTrigger({
      name: "theirs",
      source: { url: repository.url },
      owner: "dev@example.org",
      push: {},
    });
    const answer = await grid.fetch(`${grid.endpoints.api}/api/v1/triggers`, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": triggerId },
      body: JSON.stringify({
        name: "mine",
        source: { url: repository.url },
        owner: "dev@example.org",
        schedule: { cron: ["0 4 * * *"] },
      }),
    });
    expect(((await answer.json()) as { triggerId: string }).triggerId).not.toBe(triggerId);
    await expect(temporal.schedule.getHandle(triggerScheduleId(triggerId)).describe()).rejects.toThrow();
  });

  test("mistakes are refused by name, and nothing is created", async () => {
    const before = (await grid.client.triggers()).triggers.length;
    const base = { name: "wrong", source: { url: repository.url }, owner: "dev@example.org" };
    const wrong = [
      [{ ...base }, "name either `schedule` or `push`"],
      [{ ...base, schedule: { cron: ["every day"] } }, "schedule.cron"],
      [{ ...base, schedule: { cron: ["99 4 * * *"] } }, "schedule.cron"],
      [{ ...base, schedule: { cron: ["0 4 * * *"], timeZone: "Moon/Base" } }, "no time zone"],
      [{ ...base, push: { branches: [] } }, "branches"],
      [{ ...base, schedule: { cron: ["61 * * * *"] } }, "not in range"],
      [{ ...base, source: { url: "nonsense" }, push: {} }, "source.url"],
    ] as const;
    for (const [request, words] of wrong)
      await expect(grid.client.createTrigger(request as never)).rejects.toMatchObject({
        status: 422,
        message: expect.stringContaining(words),
      });
    expect((await grid.client.triggers()).triggers).toHaveLength(before);
  });
});
