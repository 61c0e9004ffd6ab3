import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type Runnable, readCandidates } from "../../../db/queue/candidates.js";
import { upsertWaiter, type Waiter } from "../../../db/queue/waiters.js";
import { priorities } from "../../../domain/matching/fair-share.js";
import type { Place } from "../../../domain/matching/placement.js";
import { TestDatabase } from "../../support/database.js";

describe("the next job for a free machine", () => {
  const postgres = new TestDatabase();
  beforeAll(() => postgres.start());
  afterAll(() => postgres.stop());
  beforeEach(() => postgres.reset({}));

  async function wait(jobId: string, difference: Partial<Waiter> = {}): Promise<void> {
    await postgres.addHeldJob(jobId, []);
    await upsertWaiter(
      postgres.database,
      {
        jobId,
        parking: "1",
        jobClass: { requirements: [], rules: [] },
        purpose: "test",
        submitter: "ann",
        priority: priorities.test,
        delayMs: 0,
        avoid: [],
        prefer: [],
        exclusive: [],
        disturbances: 0,
        state: "waiting",
        ...difference,
      },
      [],
    );
  }
  const backTo = (machine: string) =>
    ({ purpose: "recheck", priority: priorities.proof, prefer: [machine] }) satisfies Partial<Waiter>;
  /** The jobs that are offered next while alpha is healthy and beta is not. */
  async function next(limit: number): Promise<string[]> {
    const [alpha, beta] = ["alpha", "beta"].map((name) => ({ name, host: name })) as [Place, Place];
    const assessment = { eligible: [alpha], allowed: [alpha, beta], rejectedBecause: {}, reasons: [] };
    const classes = await postgres.query<{ class: string }>("select class from classes");
    const runnable = new Map(
      classes.map((each) => [each.class, { assessment, releasing: [], uses: [] } satisfies Runnable]),
    );
    const candidates = await readCandidates(postgres.database, runnable, limit);
    return candidates.map(({ jobId }) => jobId).sort();
  }

  test("is no job that waits for an unhealthy machine, and such jobs do not block others", async () => {
    for (const each of [1, 2, 3]) await wait(`back-to-beta-${each}`, backTo("beta"));
    await wait("back-to-alpha", backTo("alpha"));
    await wait("away-from-alpha", { purpose: "confirmation", priority: priorities.proof, avoid: ["alpha"] });
    for (const each of [1, 2, 3]) await wait(`new-${each}`);
    expect(await next(2)).toEqual(["back-to-alpha", "new-1", "new-2"]);
  });

  test("is not blocked by baselines that wait for a busy machine", async () => {
    for (const each of [1, 2, 3]) await wait(`baseline-${each}`, { priority: priorities.proof, prefer: ["alpha"] });
    await wait("new");
    expect(await next(2)).toEqual(["baseline-1", "baseline-2", "new"]);
  });

  test("can be a job that has waited long enough for an unhealthy machine", async () => {
    await wait("back-to-beta", backTo("beta"));
    await postgres.query(
      "update waiters set since = now() - interval '11 minutes', not_before = now() - interval '11 minutes'",
    );
    expect(await next(2)).toEqual(["back-to-beta"]);
  });
});
