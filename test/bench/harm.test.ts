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
    ["none if a good job passed and sent one mail", {}, {}, [mail("PASS t001")], []],
    ["a false alarm if a good job failed", {}, failed, [mail("FAIL t001")], ["falseAlarms"]],
    ["a false alarm if a good job ended undiagnosed", {}, { verdict: "abort" }, [mail("ABORT t001")], ["falseAlarms"]],
    ["a missed alarm if a broken job passed", broken, {}, [mail("PASS t001")], ["missedAlarms"]],
    ["none if a job that fails at random passed first", intermittent, first("passed"), [mail("PASS t001")], []],
    [
      "none if a job that fails at random passed first, and failed later",
      intermittent,
      { ...failed, ...first("passed") },
      [mail("FAIL t001")],
      [],
    ],
    [
      "a missed alarm if a job that fails at random failed first, and passed",
      intermittent,
      first("candidate"),
      [mail("PASS t001")],
      ["missedAlarms"],
    ],
    ["a lost mail if nobody got one", {}, {}, [], ["lostMails"]],
    ["a lost mail if only an admin got one", {}, {}, [mail("PASS t001", undefined, ["admin@x"])], ["lostMails"]],
    ["a doubled mail if somebody got two", {}, {}, [mail("PASS t001"), mail("PASS t001")], ["doubledMails"]],
    ["a stuck job if there is no verdict", {}, { verdict: null }, [], ["stuckJobs"]],
    [
      "none if a correction confirms a failure",
      broken,
      failed,
      [mail("FAIL t001"), mail("CORRECTION t001: fail", { "x-holdfast-corrects": "j1" })],
      [],
    ],
    [
      "a missed alarm if a correction withdraws a failure",
      broken,
      failed,
      [mail("FAIL t001"), mail("CORRECTION t001: pass", { "x-holdfast-corrects": "j1" })],
      ["missedAlarms"],
    ],
  ])("%s", (_what, planning, ended, mails, harms) => expect(count(planning, ended, mails)).toEqual(harms));
});
