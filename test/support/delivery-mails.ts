import { correctionMail, type CorrectionMail } from "../../mail/verdict/correction.js";
import { type DigestMail, digestMails } from "../../mail/digest.js";
import { notMyCodeMail, type NotMyCodeMail } from "../../mail/notices/not-my-code.js";
import type { Message } from "../../mail/message.js";
import { refusalsMail } from "../../mail/notices/refusals.js";
import { at, from, many, verdictMails } from "./verdict-mails.js";

export function deliveryMails(v?: string): [string, Message][] {
  const refused = { recipient: v ?? "nobody@example.org", mails: 3, error: v ?? "550 5.1.1 no such user", since: at };
  const broken = { ...digest(v), lines: [...digest(v).lines, failureOf("j6", v), failureOf("j7", v)] };
  return [
    ["digest-fail", digestMails(broken)[0]!.mail],
    ["digest", digestMails(digest(v))[0]!.mail],
    ["refused", refusalsMail({ from, id: "r1", addresses: many(v, [refused]) })],
    ["correction-pass", correctionMail(correction("pass", v))],
    ["correction-fail", correctionMail(correction("fail", v))],
    ["correction-abort", correctionMail(correction("abort", v))],
    ["not-my-code", notMyCodeMail(claim(v))],
  ];
}

function claim(v?: string): NotMyCodeMail {
  return {
    from,
    jobId: "j1",
    submissionId: "s1",
    test: v ?? "checkout",
    variant: { browser: v ?? "firefox" },
    owner: v ?? "dev@example.org",
    project: v ?? "shop",
    branch: v ?? "main",
    revision: v ?? "0123456789abcdef",
    failureIdentifier: "code/test-failed",
    finishedAt: at,
    claim: { name: v ?? null, why: v ?? "the licence server was moved that morning", at },
    evidence: many(v, [{ check: v ?? "attempt 1", result: "bad" as const, detail: v ?? "failed on alpha", at }]),
    page: "https://grid.example.org/jobs/j1",
  };
}

const lineOf = (jobId: string, v?: string) => ({
  jobId,
  test: v ?? "checkout",
  variant: { browser: v ?? "firefox" },
  link: `https://grid.example.org/jobs/${jobId}`,
});

/** A digest's line about a failure. */
export function failureOf(jobId: string, v?: string): DigestMail["lines"][number] {
  return {
    ...lineOf(jobId, v),
    verdict: "fail",
    failureIdentifier: "code/test-failed",
    failing: [v ?? "adds up the basket", v ?? "empties the basket"],
    hasMore: true,
    message: v ?? "Expected values to be strictly equal:",
    machines: [v ?? "alpha", v ?? "beta"],
    notMyCode: `https://grid.example.org/jobs/${jobId}/not-my-code`,
  };
}

/** A digest without failures. `v` replaces every value that comes from users or services. */
export function digest(v?: string): DigestMail {
  return {
    from,
    submissionId: "s1",
    project: v ?? "shop",
    branch: v ?? "main",
    revision: v ?? "0123456789abcdef",
    owner: v ?? "dev@example.org",
    submittedAt: at,
    number: 1,
    share: 1,
    lines: [
      { ...lineOf("j1", v), verdict: "pass", flaky: false },
      { ...lineOf("j2", v), verdict: "pass", flaky: true },
      {
        ...lineOf("j3", v),
        verdict: "abort",
        abortReason: "hold-expired",
        failureIdentifier: null,
        heldLongest: { reason: v ?? "nfs", heldMs: 1_209_600_000 },
      },
    ],
    open: many(v, [
      {
        jobId: "j4",
        test: v ?? "search",
        variant: {},
        state: "held" as const,
        held: [v ?? "service nfs is down since noon: probe failed"],
        link: "https://grid.example.org/jobs/j4",
      },
      {
        jobId: "j5",
        test: v ?? "sell",
        variant: {},
        state: "running" as const,
        held: [],
        link: "https://grid.example.org/jobs/j5",
      },
    ]),
    alarmed: 5,
    superseded: [{ submissionId: "s0", jobs: 3 }],
    page: "https://grid.example.org/submissions/s1",
  };
}

/** A correction of an alarm whose job was run again and ended with this verdict. */
export function correction(verdict: "pass" | "fail" | "abort", v?: string): CorrectionMail {
  const ended = verdictMails(v).find((mail) => mail.verdict === verdict)!;
  const jobId = "j1.reopen.1";
  return {
    jobId: "j1",
    submissionId: "s1",
    answers: "<verdict.j1@example.org>",
    toldAt: at,
    outages: many(v, [{ service: v ?? "nfs", machine: null, since: at, to: at, detail: v ?? "its probe failed" }]),
    run: { ...ended, jobId, links: { ...ended.links, job: `https://grid.example.org/jobs/${jobId}` } },
    links: {
      job: "https://grid.example.org/jobs/j1",
      notMyCode: "https://grid.example.org/jobs/j1/not-my-code",
    },
  };
}
