import { describe, expect, test } from "@jest/globals";
import { digestMails, type DigestMail } from "../../mail/digest.js";

const line = {
  jobId: "j1",
  test: "checkout",
  variant: { browser: "firefox" },
  verdict: "pass" as const,
  abortReason: null,
  failureIdentifier: null,
  flaky: false,
  link: "http://h/jobs/j1",
};
const digest: DigestMail = {
  submissionId: "s1",
  project: "shop",
  branch: "main",
  revision: "0123456789abcdef",
  owner: "dev@example.org",
  submittedAt: "2026-01-01T00:00:00.000Z",
  number: 1,
  share: 1,
  lines: [
    line,
    { ...line, jobId: "j2", flaky: true, link: "http://h/jobs/j2" },
    { ...line, jobId: "j3", verdict: "abort", abortReason: "hold-expired", link: "http://h/jobs/j3" },
  ],
  open: [
    {
      jobId: "j4",
      test: "search",
      variant: {},
      state: "held",
      held: ["service nfs is down since noon"],
      link: "http://h/jobs/j4",
    },
    { jobId: "j5", test: "sell", variant: {}, state: "running", held: [], link: "http://h/jobs/j5" },
  ],
  alarmed: 5,
  superseded: [{ submissionId: "s0", jobs: 3 }],
  page: "http://h/submissions/s1",
};

describe("a digest", () => {
  test("counts in its subject, and tells each job in a line with its link", () => {
    const [{ mail, jobIds } = { mail: undefined, jobIds: undefined }, ...more] = digestMails(digest);
    expect(more).toEqual([]);
    expect(jobIds).toEqual(["j3", "j1", "j2"]);
    expect(mail?.subject).toBe("DIGEST 1 abort, 2 pass, 1 held, 1 open · shop @ 0123456789ab");
    for (const part of [
      "PASS   checkout [browser=firefox] [flaky]\n         http://h/jobs/j2",
      "ABORT  checkout [browser=firefox] (hold-expired)",
      "held: service nfs is down since noon",
      "running  sell",
      "5 jobs, in mails of their own",
      "3 jobs of submission s0",
    ])
      expect(mail?.body).toContain(part);
    expect(`${mail?.subject}${mail?.body}`).not.toMatch(/fail|undefined|null|NaN|\[object/i);
  });

  test("says the word only if a failure is in it", () => {
    const fail = { ...line, jobId: "j0", verdict: "fail" as const, failureIdentifier: "code/test-failed" };
    const [first] = digestMails({ ...digest, lines: [...digest.lines, fail] });
    expect(first?.mail.subject).toMatch(/^DIGEST 1 fail, 1 abort, 2 pass/);
    expect(first?.jobIds[0]).toBe("j0");
  });

  test("of many jobs comes in several mails, with each job in one of them", () => {
    const lines = Array.from({ length: 2_500 }, (_, index) => ({ ...line, jobId: `j${index}` }));
    const mails = digestMails({ ...digest, lines });
    expect(mails.map(({ jobIds }) => jobIds.length)).toEqual([1_000, 1_000, 500]);
    expect(new Set(mails.flatMap(({ jobIds }) => jobIds)).size).toBe(2_500);
    expect(new Set(mails.map(({ mail }) => mail.messageId)).size).toBe(3);
    expect(mails[1]?.mail.subject).toMatch(/\(part 2 of 3\)$/);
  });

  test("bears hostile values", () => {
    const hostile = "\u001b[31m<b>\r\nBcc: all@example.org\u0000" + "x".repeat(5_000);
    const [first] = digestMails({ ...digest, project: hostile, lines: [{ ...line, test: hostile }] });
    for (const text of [first!.mail.subject, ...Object.values(first!.mail.headers)])
      expect(text).not.toMatch(/[\r\n\u0000\u001b]/);
    expect(first!.mail.body).not.toMatch(/[\u0000\u001b\r]|^Bcc:/m);
  });
});
