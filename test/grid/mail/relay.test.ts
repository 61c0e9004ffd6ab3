import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { connectDatabase } from "../../../db/connect.js";
import { readGridHealth } from "../../../db/services/admin-webhook.js";
import { eventually } from "../../support/eventually.js";
import { runCommand, TestGrid } from "../../support/grid.js";
import { TestRelay } from "../../support/relay.js";

describe("a mail relay that is down for the whole run", () => {
  let grid: TestGrid;
  const relay = new TestRelay();
  beforeAll(async () => {
    await relay.start();
    await relay.stop();
    grid = await new TestGrid("machines: { alpha: {} }\nmail: { retry: 50ms, retry-max: 500ms, give-up: 1s }\n", {
      SMTP_URL: `smtp://127.0.0.1:${relay.port}`,
    }).start();
  });
  afterAll(async () => {
    await grid.stop();
    await relay.stop();
  });

  test("every mail arrives once when it is up again, except for one that it refuses for good", async () => {
    const { jobs } = await grid.submit({
      "holdfast.yaml": 'owner: dev@example.org\ntests:\n  one:\n    test: "true"\n    matrix: { n: [1, 2, 3, 4, 5] }\n',
    });
    const refused = await grid.submit({
      "holdfast.yaml": 'owner: nobody@example.org\ntests:\n  one: { test: "true" }\n',
    });
    for (const { jobId } of [...jobs, ...refused.jobs]) await grid.finished(jobId);
    // This takes far longer than the time limit for a recipient that the relay rejects.
    await eventually("failed tries", async () => {
      const { mails } = await grid.client.mails({ state: "due" });
      return mails.length === 6 && mails.every(({ tries }) => tries > 8) ? true : undefined;
    });
    relay.onRecipient = (name) => (name === "nobody" ? { code: 550, text: "no such user" } : undefined);
    await relay.start();
    await eventually("all mails", async () => ((await grid.client.grid()).mailsDue === 0 ? true : undefined));
    expect(relay.arrived.map(({ messageId }) => messageId).toSorted()).toEqual(
      jobs.map(({ jobId }) => `<verdict.${jobId}@localhost>`).toSorted(),
    );
    expect(await grid.query("select message_id, last_error from outbox where refused_at is not null")).toEqual([
      {
        message_id: `<verdict.${refused.jobs[0]!.jobId}@localhost>`,
        last_error: expect.stringContaining("no such user"),
      },
    ]);
  });
});

describe("a mail relay with temporary errors", () => {
  const relay = new TestRelay();
  let grid: TestGrid;
  beforeAll(async () => {
    await relay.start();
    grid = await new TestGrid(
      `machines: { alpha: { slots: 4 } }
admins: [admin@example.org, deputy@example.org]
mail: { retry: 200ms, retry-max: 1s, give-up: 10s, gather: 300ms }
`,
      { SMTP_URL: `smtp://127.0.0.1:${relay.port}` },
    ).start();
  });
  beforeEach(() => relay.reset());
  afterAll(async () => {
    await grid.stop();
    await relay.stop();
  });

  async function submitTo(...names: string[]): Promise<string> {
    const [owner, ...tell] = names.map((name) => `${name}@example.org`);
    const { jobs } = await grid.submit(
      { "holdfast.yaml": `owner: ${owner}\ntests:\n  one: { test: "true" }\n` },
      { tell },
    );
    return jobs[0]!.jobId;
  }
  const copiesOf = (jobId: string) => relay.copies(({ messageId }) => messageId.includes(jobId));
  const verdictsArrived = () =>
    relay.arrived.map(({ messageId }) => messageId).filter((id) => id.startsWith("<verdict."));
  const mailOf = async (jobId: string) => (await grid.client.mails({})).mails.find((mail) => mail.jobId === jobId)!;
  async function mailIs(jobId: string, state: string) {
    return eventually(`its mail to be ${state}`, async () => {
      const mail = await mailOf(jobId);
      return mail?.state === state ? mail : undefined;
    });
  }

  test("gets a mail again only for recipients that it rejected for now", async () => {
    let refusals = 0;
    relay.onRecipient = (name) => (name === "busy" && refusals++ < 3 ? { code: 450, text: "4.2.1 busy" } : undefined);
    const jobId = await submitTo("ann", "busy", "Bob");
    const mail = await mailIs(jobId, "sent");
    expect(copiesOf(jobId)).toEqual({ "ann@example.org": 1, "Bob@example.org": 1, "busy@example.org": 1 });
    expect(mail).toMatchObject({
      turnedAway: [],
      pending: [],
      recipients: ["ann@example.org", "busy@example.org", "Bob@example.org"],
    });
  });

  test("that rejects an unknown user does not delay others; admins get one notice per address, and may retry", async () => {
    relay.onRecipient = (name) =>
      name === "nobody" || name === "deputy" ? { code: 550, text: "5.1.1 no such user" } : undefined;
    const first = await submitTo("ann", "nobody");
    expect(await mailIs(first, "sent")).toMatchObject({
      turnedAway: [{ recipient: "nobody@example.org", error: expect.stringContaining("no such user") }],
    });
    const report = await eventually("the notice to the admins", async () =>
      relay.arrived.find(({ subject }) => subject.startsWith("REFUSED")),
    );
    expect(report).toMatchObject({ subject: "REFUSED mail to nobody@example.org", to: ["admin@example.org"] });
    const second = await submitTo("nobody");
    await mailIs(second, "refused");
    const { mails } = await grid.client.mails({ state: "refused" });
    expect(mails.map((mail) => mail.jobId)).toEqual(expect.arrayContaining([first, second]));
    expect((await grid.client.grid()).mailsRefused).toBeGreaterThanOrEqual(2);
    expect(await (await grid.fetch(grid.endpoints.api)).text()).toContain("mails refused");
    expect((await runCommand(grid, "mails", "--state", "refused")).stdout).toContain("nobody@example.org");
    // The address works again: only the recipient who does not have the mail gets it.
    relay.onRecipient = () => undefined;
    expect((await runCommand(grid, "mails", "retry", String((await mailOf(first)).mailId))).code).toBe(0);
    await eventually("every recipient to have the mail", async () =>
      (await mailOf(first)).turnedAway.length === 0 ? true : undefined,
    );
    expect(copiesOf(first)).toEqual({ "ann@example.org": 1, "nobody@example.org": 1 });
    const about = relay.arrived.filter(({ subject }) => subject === "REFUSED mail to nobody@example.org");
    expect(about).toHaveLength(1);
  });

  test("that refuses a mail because of one recipient gets it separately for each", async () => {
    relay.onMail = (names) => (names.includes("choosy") ? { code: 554, text: "5.6.0 not like that" } : undefined);
    const jobId = await submitTo("ann", "choosy", "bob");
    const mail = await mailIs(jobId, "sent");
    expect(copiesOf(jobId)).toEqual({ "ann@example.org": 1, "bob@example.org": 1 });
    expect(mail.turnedAway).toMatchObject([{ recipient: "choosy@example.org", refusedAt: expect.any(String) }]);
  });

  test("that refuses the connection, or closes it before it has the mail, gets the mail once when it works again", async () => {
    let greetings = 0;
    relay.onConnection = () =>
      greetings++ < 3 ? { code: greetings === 1 ? 421 : 554, text: "no service" } : undefined;
    let breaks = 0;
    relay.breaksOff = (at) => at === "before" && breaks++ < 3;
    const jobId = await submitTo("ann", "bob");
    expect(await mailIs(jobId, "sent")).toMatchObject({ turnedAway: [] });
    expect(copiesOf(jobId)).toEqual({ "ann@example.org": 1, "bob@example.org": 1 });
    expect(breaks).toBeGreaterThanOrEqual(3);
  });

  test("that closes the connection after it has a mail gets it again, with the same id", async () => {
    let breaks = 0;
    // Other mails to admins, which come meanwhile, must not be broken off.
    relay.breaksOff = (at, names) => at === "after" && names.includes("ann") && breaks++ < 1;
    const jobId = await submitTo("ann");
    await mailIs(jobId, "sent");
    expect(copiesOf(jobId)).toEqual({ "ann@example.org": 2 });
    expect(new Set(verdictsArrived()).size).toBe(1);
  });

  test("that is slow for some mails gets the others meanwhile", async () => {
    let release = () => undefined as void;
    const released = new Promise<void>((resolve) => (release = resolve));
    relay.delay = async (names) => (names.includes("slow") ? released : undefined);
    const slow = await Promise.all([1, 2, 3].map(() => submitTo("slow")));
    const quick = await Promise.all([1, 2, 3, 4, 5, 6].map(() => submitTo("ann")));
    for (const jobId of quick) await mailIs(jobId, "sent");
    for (const jobId of slow) expect(await mailIs(jobId, "due")).toMatchObject({ tries: 1 });
    release();
    for (const jobId of slow) await mailIs(jobId, "sent");
    expect(verdictsArrived()).toHaveLength(9);
  });

  test("that always rejects a recipient for now is tried until the time limit for this recipient", async () => {
    relay.onRecipient = (name) => (name === "full" ? { code: 452, text: "4.2.2 mailbox full" } : undefined);
    const jobId = await submitTo("full");
    const mail = await mailIs(jobId, "refused");
    expect(mail.tries).toBeGreaterThan(2);
    expect(relay.arrived.filter(({ messageId }) => messageId.includes(jobId))).toEqual([]);
  });

  test("gets a mail that its owner postponed not before that time, and apart from the digest of the others", async () => {
    await grid.client.pause({ scope: "grid", reason: "so that nothing ends" });
    const { jobs } = await grid.submit({
      "holdfast.yaml":
        'owner: ann@example.org\nmail: { as: digest }\ntests: { now: { test: "true" }, later: { test: "true" } }\n',
    });
    const [now, later] = jobs.map(({ jobId }) => jobId) as [string, string];
    await grid.jobIn(later, "held");
    expect((await runCommand(grid, "postpone-mail", later, "--for", "2h")).stdout).toContain("no mail about");
    const { mailNotBefore } = await grid.client.job(later);
    await grid.client.resume({ scope: "grid", reason: "go on" });
    for (const jobId of [now, later]) await grid.finished(jobId);
    expect(await mailIs(later, "due")).toMatchObject({ tries: 0, nextTryAt: mailNotBefore });
    await grid.query("update outbox set created_at = now() - interval '1 hour' where job_id = $1", [later]);
    const { database } = connectDatabase(grid.endpoints.database, 1);
    expect(await readGridHealth(database)).toMatchObject({ canMail: true });
    await database.destroy();
    await eventually("no mail to be due", async () => ((await grid.client.grid()).mailsDue === 0 ? true : undefined));
    const digest = await eventually("the digest", async () =>
      relay.arrived.find(({ subject }) => subject.startsWith("DIGEST")),
    );
    expect(digest.subject).toContain("DIGEST 1 pass");
    expect((await grid.client.job(now)).told).toMatchObject({ how: "digest" });
    expect((await grid.client.job(later)).told).toMatchObject({ how: "mail" });
    const tooLate = await runCommand(grid, "postpone-mail", now, "--for", "2h");
    expect([tooLate.code, tooLate.stderr]).toEqual([64, expect.stringContaining("has ended")]);
    await grid.client.retryMail(String((await mailOf(later)).mailId), "ann");
    await mailIs(later, "sent");
    expect(copiesOf(later)).toEqual({ "ann@example.org": 1 });
  });

  test("gets no mail twice when the sender is killed while the relay is slow", async () => {
    let release = () => undefined as void;
    const released = new Promise<void>((resolve) => (release = resolve));
    relay.delay = async (names) => (names.includes("slow") ? released : undefined);
    const [first, second] = [await submitTo("slow"), await submitTo("ann")];
    await mailIs(second, "sent");
    await eventually("the mail to be on its way", async () => ((await mailOf(first))?.tries === 1 ? true : undefined));
    // A frozen sender keeps its claim on the mail, so no other sender may take it.
    grid.kill("control", "SIGSTOP");
    release();
    await eventually("the relay to have it", async () =>
      copiesOf(first)["slow@example.org"] === 1 ? true : undefined,
    );
    grid.kill("control", "SIGCONT");
    await mailIs(first, "sent");
    await grid.killAndAwaitReturn("control");
    const third = await submitTo("ann");
    await mailIs(third, "sent");
    expect(copiesOf(first)).toEqual({ "slow@example.org": 1 });
    expect(copiesOf(second)).toEqual({ "ann@example.org": 1 });
  });
});
