import { describe, expect, test } from "@jest/globals";
import { countHarm } from "../../bench/chaos/harm.js";
import type { Outcome } from "../../bench/chaos/tracker.js";
import type { Job } from "../../client/grid-client.js";
import type { InboxMessage } from "../../grid/inbox/store.js";

const owner = "dev@example.org";
const planned = { name: "t001", habit: "sleeps", defect: null } as Outcome["planned"];
const job = (difference: object): Job =>
  ({ jobId: "j1", submissionId: "s1", owner, verdict: "pass", attempts: [], holds: [], ...difference }) as never;
const mail = (subject: string, headers: Record<string, string> = { "x-holdfast-job": "j1" }, to = [owner]) =>
  ({ to, subject, headers, text: "", copies: 1 }) as never as InboxMessage;
const count = (planning: object, ended: object, mails: InboxMessage[]) =>
  countHarm([{ planned: { ...planned, ...planning }, job: job(ended) }], mails).harms.map(({ harm }) => harm);
const broken = { defect: "plain" };
const failed = { verdict: "fail" };
const intermittent = { defect: "one-in-three" };
const time = "2026-01-01T00:00:00.000Z";
const first = (outcome: string) => ({
  attempts: [{ purpose: "test", machine: "alpha", outcome, failureIdentifier: null, startedAt: time, endedAt: time }],
});

describe("harm", () => {
  test.each<[string, object, object, InboxMessage[], string[]]>([
    ["none where a good job passed and was told once", {}, {}, [mail("PASS t001")], []],
    ["a false alarm where it failed", {}, failed, [mail("FAIL t001")], ["falseAlarms"]],
    ["a false alarm where it ended undiagnosed", {}, { verdict: "abort" }, [mail("ABORT t001")], ["falseAlarms"]],
    ["a missed alarm where a broken one passed", broken, {}, [mail("PASS t001")], ["missedAlarms"]],
    ["none where one that fails at random passed first", intermittent, first("passed"), [mail("PASS t001")], []],
    [
      "none where one that fails at random passed first, and was found",
      intermittent,
      { ...failed, ...first("passed") },
      [mail("FAIL t001")],
      [],
    ],
    [
      "a missed alarm where one that fails at random failed first",
      intermittent,
      first("candidate"),
      [mail("PASS t001")],
      ["missedAlarms"],
    ],
    ["a lost mail where nobody was told", {}, {}, [], ["lostMails"]],
    ["a lost mail where only an admin was told", {}, {}, [mail("PASS t001", undefined, ["admin@x"])], ["lostMails"]],
    ["a doubled mail where somebody was told twice", {}, {}, [mail("PASS t001"), mail("PASS t001")], ["doubledMails"]],
    ["a stuck job where there is no verdict", {}, { verdict: null }, [], ["stuckJobs"]],
    [
      "none where a failure was told, and stands by a correction",
      broken,
      failed,
      [mail("FAIL t001"), mail("CORRECTION t001: fail", { "x-holdfast-corrects": "j1" })],
      [],
    ],
    [
      "a missed alarm where it was taken back",
      broken,
      failed,
      [mail("FAIL t001"), mail("CORRECTION t001: pass", { "x-holdfast-corrects": "j1" })],
      ["missedAlarms"],
    ],
  ])("%s", (_what, planning, ended, mails, harms) => expect(count(planning, ended, mails)).toEqual(harms));
});
