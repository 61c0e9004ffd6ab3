import { describe, expect, test } from "@jest/globals";
import type { JournalEntry } from "../../../domain/recovery/journal.js";
import { planRestore } from "../../../domain/recovery/restore.js";
import { cancelled } from "../../../domain/verdict/endings.js";

const submission = (submissionId: string, jobs: number | null): JournalEntry => ({
  kind: "submission",
  submissionId,
  owner: "ann@example.org",
  project: "p",
  revision: "main",
  jobs,
  jobIds: null,
  isOver: false,
});
const verdict = (jobId: string, submissionId: string, how: "mail" | "digest" | "unwanted" = "mail"): JournalEntry => ({
  kind: "verdict",
  jobId,
  submissionId,
  test: "t",
  how,
  ending: cancelled("ann", "2026-01-01T00:00:00.000Z"),
});
const mail = (messageId: string, ...jobs: string[]): JournalEntry => ({
  kind: "mail",
  messageId,
  submissionId: null,
  recipients: ["ann@example.org"],
  isWhole: true,
  jobs,
});
const nothing = { submissions: new Map<string, number>(), jobs: new Set<string>() };

describe("a plan for a database that was restored", () => {
  test("restores a verdict that was sent, and lets the job reach one again that was not sent", () => {
    const known = { submissions: new Map([["s", 3]]), jobs: new Set(["told", "sent-later", "unwanted"]) };
    const plan = planRestore(
      [verdict("told", "s"), verdict("sent-later", "s"), verdict("unwanted", "s", "unwanted"), mail("m", "told")],
      [],
      known,
    );
    expect(plan.verdicts.map(({ jobId, toldBy }) => ({ jobId, toldBy }))).toEqual([
      { jobId: "told", toldBy: "m" },
      { jobId: "unwanted", toldBy: null },
    ]);
    expect(plan.lost).toEqual([]);
  });

  test("calls a submission lost unless all its jobs were reported", () => {
    const told = [verdict("a", "whole"), verdict("b", "half", "digest"), mail("m", "a"), mail("d", "b")];
    const plan = planRestore(
      [submission("whole", null), submission("whole", 1), submission("half", 2), submission("fetching", null), ...told],
      [],
      nothing,
    );
    expect(plan.lost.map(({ submissionId, notified: count }) => [submissionId, count])).toEqual([
      ["half", 1],
      ["fetching", 0],
    ]);
    expect(plan).toMatchObject({ notifiedOfUnknown: 2, verdicts: [], alreadyReported: [] });
  });

  test("fetches a submission again only if none of its jobs was reported", () => {
    const known = {
      submissions: new Map([
        ["told", 0],
        ["silent", 0],
      ]),
      jobs: new Set<string>(),
    };
    const plan = planRestore(
      [submission("told", 1), submission("silent", 1), verdict("a", "told"), mail("m", "a"), verdict("b", "silent")],
      [],
      known,
    );
    expect(plan).toMatchObject({ alreadyReported: ["told"], lost: [] });
  });

  test("is the same when every entry comes twice", () => {
    const order: JournalEntry = { kind: "order", at: "now", actor: "ann", action: "pause", target: "grid" };
    const entries = [submission("s", 2), verdict("a", "s"), mail("m", "a"), order];
    const [once, twice] = [planRestore(entries, [], nothing), planRestore([...entries, ...entries], [], nothing)];
    expect({ ...twice, mails: once.mails }).toEqual(once);
    expect(once.orders).toHaveLength(1);
  });

  test("sends a verdict again if only some recipients got it, and counts a digest as sent", () => {
    const known = { submissions: new Map([["s", 2]]), jobs: new Set(["partly", "gathered"]) };
    const partly: JournalEntry = { ...mail("m", "partly"), isWhole: false } as JournalEntry;
    const entries = [verdict("partly", "s"), verdict("gathered", "s", "digest"), partly, mail("d", "gathered")];
    expect(planRestore(entries, [], known).verdicts.map(({ jobId, toldBy }) => [jobId, toldBy])).toEqual([
      ["gathered", null],
    ]);
  });

  test("does not call a submission lost that was rejected or that is fetched again", () => {
    const rejected: JournalEntry = { ...submission("rejected", null), isOver: true } as JournalEntry;
    const fetched: JournalEntry = { ...submission("fetched", 1), jobIds: ["f"] } as JournalEntry;
    const known = { submissions: new Map([["fetched", 0]]), jobs: new Set<string>() };
    const running = ["f", "f.baseline.1", "probe", "late"].map((jobId) => ({
      jobId,
      test: "t",
      owner: "ann@example.org",
      isProbe: jobId === "probe",
    }));
    const plan = planRestore([submission("rejected", null), rejected, fetched], running, known);
    expect(plan).toMatchObject({ lost: [], alreadyReported: [], stopped: [{ jobId: "late" }] });
  });
});
