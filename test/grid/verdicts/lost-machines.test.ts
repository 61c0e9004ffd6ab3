import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { recordAttempt } from "../../../db/jobs/attempts.js";
import { wasLostElsewhere } from "../../../db/jobs/lost-machines.js";
import { lost } from "../../support/attempts.js";
import { TestDatabase } from "../../support/database.js";

const db = new TestDatabase();
beforeAll(() => db.start());
afterAll(() => db.stop());

test("a machine was lost elsewhere only if another test lost it within a day", async () => {
  await db.reset({});
  await db.addHeldJob("one", []);
  await db.query("update jobs set test = 'hangs' where job_id = 'one'");
  const loseAlpha = (ageHours: number) => {
    const endedAt = new Date(Date.now() - ageHours * 3_600_000).toISOString();
    return recordAttempt(db.database, "one", "lease", lost("alpha", { startedAt: endedAt, endedAt }));
  };
  const ask = (name: string, machine: string) =>
    wasLostElsewhere(db.database, { project: "tests", test: name }, machine, new Date().toISOString());
  await loseAlpha(25);
  expect(await ask("other", "alpha")).toBe(false);
  await loseAlpha(1);
  expect(await ask("other", "alpha")).toBe(true);
  expect(await ask("hangs", "alpha")).toBe(false);
  expect(await ask("other", "beta")).toBe(false);
});
