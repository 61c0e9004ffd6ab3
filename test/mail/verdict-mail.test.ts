import { describe, expect, test } from "@jest/globals";
import { verdictMail, type VerdictMail } from "../../mail/verdict-mail.js";

const at = "2026-01-01T00:00:00.000Z";
const base: VerdictMail = {
  jobId: "j1",
  submissionId: "s1",
  verdict: "pass",
  abortReason: null,
  failureIdentifier: null,
  flaky: false,
  test: "checkout",
  variant: { browser: "firefox" },
  owner: "dev@example.org",
  project: "shop",
  branch: "main",
  revision: "0123456789abcdef",
  submittedAt: at,
  finishedAt: at,
  attempts: [{ number: 1, purpose: "test", machine: "alpha", outcome: "passed", tookMs: 1_200 }],
  holds: [{ reason: "nfs", since: at, heldMs: 60_000 }],
  failing: [],
  evidence: [{ check: "attempt 1", result: "good", detail: "passed on alpha", at }],
  logTail: "",
  components: { node: "v20" },
  history: ["pass", "fail"],
  links: { job: "http://h/jobs/j1", log: "http://h/log", history: null },
};
const kinds: VerdictMail[] = [
  base,
  {
    ...base,
    verdict: "fail",
    failureIdentifier: "code/test-failed",
    failing: ["adds up"],
    logTail: "expected 6, got 7\n",
  },
  ...(["hold-expired", "cancelled", "superseded", "rejected", "unsatisfiable", "undiagnosed"] as const).map(
    (abortReason): VerdictMail => ({
      ...base,
      verdict: "abort",
      abortReason,
      attempts: [],
      evidence: [],
      components: {},
    }),
  ),
];

describe.each(kinds)("a mail on $verdict $abortReason", (mail) => {
  test("begins with the verdict, and only one on a failure says the word", () => {
    const { subject, body } = verdictMail(mail);
    expect(subject).toMatch(
      new RegExp(`^${mail.verdict.toUpperCase()} checkout \\[browser=firefox\\] · shop @ 0123456789ab$`),
    );
    expect(/fail/i.test(`${subject}${body}`)).toBe(mail.verdict === "fail");
  });

  test("misses no field", () => {
    const { body } = verdictMail(mail);
    for (const part of [
      "Project",
      "Revision",
      "Owner",
      "Submitted",
      "Finished",
      "Held",
      "Pass rate",
      "Evidence",
      "Attempts",
      "Versions",
      "Job",
      "Log",
      "Temporal history",
      "holdfast why j1",
    ])
      expect(body).toContain(part);
    expect(body).not.toMatch(/undefined|null|NaN|\[object/);
  });

  test("is the same mail each time it is made", () => expect(verdictMail(mail)).toEqual(verdictMail(mail)));

  test("bears hostile values", () => {
    const hostile = "\u001b[31m<b>\r\nBcc: all@example.org\u0000\u202e" + "x".repeat(5_000);
    const { subject, body, headers } = verdictMail({
      ...mail,
      test: hostile,
      project: hostile,
      logTail: hostile,
      failing: [hostile],
      evidence: [{ check: hostile, result: "bad", detail: hostile, at }],
    });
    for (const line of [subject, ...Object.values(headers)]) expect(line).not.toMatch(/[\r\n\u0000\u001b]/);
    expect(subject.length).toBeLessThanOrEqual(200);
    expect(body).not.toMatch(/[\u0000\u001b\r]/);
    expect(body).not.toMatch(/^Bcc:/m);
  });
});
