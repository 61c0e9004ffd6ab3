import { decisiveLines } from "../../domain/mail/details/decisive-lines.js";
import { abortReasons } from "../../domain/states.js";
import type { VerdictFrame, VerdictMail } from "../../mail/verdict/verdict-mail-data.js";

export const at = "2026-11-18T10:02:11.000Z";
export const from = "Holdfast <grid@example.org>";

const log = `TAP version 13
# Subtest: keeps the basket
ok 1 - keeps the basket
# Subtest: adds up the basket
not ok 2 - adds up the basket
  ---
  duration_ms: 3.2
  location: 'tests/checkout.test.ts:14:1'
  error: |-
    Expected values to be strictly equal:

    41.99 !== 42
  code: 'ERR_ASSERTION'
  name: 'AssertionError'
  expected: 42
  actual: 41.99
  stack: |-
    TestContext.<anonymous> (tests/checkout.test.ts:17:10)
    Test.runInAsyncScope (node:async_hooks:206:9)
  ...
# Subtest: empties the basket
ok 3 - empties the basket
1..3
# tests 3
# pass 2
# fail 1
`;

/** Repeats hostile values, so that there are more of them than a mail can show. */
export const many = <T>(v: string | undefined, items: T[]): T[] =>
  v === undefined ? items : Array.from({ length: 60 }, () => items).flat();

/** The part of a verdict mail that every verdict has. `v` replaces every value that comes from users or services. */
export function frame(v?: string): VerdictFrame {
  const run = (verdict: "pass" | "fail", index: number, flaky = false) => ({
    jobId: `j${index}`,
    verdict,
    flaky,
    revision: v ?? `${index}f3c9e1a2b4d`,
    submittedAt: at,
  });
  return {
    jobId: "01kajq2m6sv1t4a4c1nq2c1b9h",
    submissionId: "01kajq2m5zk0y3x6e0x6e5y8aa",
    from,
    historyKey: "5d41402abc4b2a76b9719d911017c592",
    test: v ?? "checkout",
    variant: v === undefined ? { browser: "firefox" } : { [v]: v },
    owner: v ?? "dev@example.org",
    project: v ?? "shop",
    branch: v ?? "main",
    revision: v ?? "0123456789abcdef0123456789abcdef01234567",
    submittedAt: "2026-11-18T09:40:02.000Z",
    finishedAt: at,
    attempts: many(v, [
      { number: 1, purpose: "test", machine: v ?? "alpha", outcome: "candidate", tookMs: 12_400 },
      { number: 2, purpose: "confirmation", machine: v ?? "beta", outcome: "candidate", tookMs: 12_900 },
      { number: 3, purpose: "baseline", machine: v ?? "alpha", outcome: "passed", tookMs: 12_100 },
    ]),
    holds: many(v, [{ reason: v ?? "nfs", since: "2026-11-18T09:41:00.000Z", heldMs: 724_000 }]),
    heldMs: 724_000,
    waived: v === undefined ? [] : many(v, [{ requirement: v, reason: v }]),
    evidence: many(v, [
      { check: v ?? "attempt 1", result: "note", detail: v ?? "ran on alpha: adds up the basket", at },
      { check: "service nfs from alpha", result: "good", detail: v ?? "12 looks, none of them bad", at },
      { check: "disk", result: "good", detail: "48213 MiB and 3145728 inodes free", at },
      { check: "memory", result: "good", detail: "0 processes OOM-killed", at },
    ]),
    components: many(v, [
      { name: v ?? "node", version: v ?? "v22.11.0", before: v ?? "v22.10.0", change: "changed" },
      { name: "package libssl3", version: "3.0.15-1", before: null, change: "new" },
      { name: "kernel", version: "6.1.0-28-amd64", before: "6.1.0-28-amd64", change: "same" },
      { name: "os", version: "debian-12", before: "debian-12", change: "same" },
      { name: "holdfast", version: "0.3.0", before: "0.3.0", change: "same" },
    ]),
    runs: [
      ...Array.from({ length: 14 }, (_, index) => run(index === 6 ? "fail" : "pass", index, index === 9)),
      run("fail", 14),
      run("fail", 15),
    ],
    links: {
      job: "https://grid.example.org/jobs/01kajq2m6sv1t4a4c1nq2c1b9h",
      log: "https://grid.example.org/api/v1/jobs/01kajq2m6sv1t4a4c1nq2c1b9h/log",
      history: { notKnown: "this grid's Temporal UI has no known address" },
    },
  };
}

/** A mail about each verdict. */
export function verdictMails(v?: string): VerdictMail[] {
  const base = frame(v);
  const signature = {
    name: "connection-reset",
    label: v ?? "a connection was reset",
    cause: "unknown",
    help: v ?? "Often a service that was started again; see its log.",
    link: "https://wiki.example.org/reset",
    line: v ?? "Error: read ECONNRESET",
    lineNumber: 41,
    attempt: 1,
  } as const;
  const passing: VerdictFrame = {
    ...base,
    attempts: [{ number: 1, purpose: "test", machine: v ?? "alpha", outcome: "passed", tookMs: 11_200 }],
    evidence: [{ check: "attempt 1", result: "good", detail: v ?? "passed on alpha", at }],
    components: base.components.map((component) => ({ ...component, change: "not-known" })),
    runs: base.runs.slice(0, 14),
  };
  return [
    { ...passing, verdict: "pass", flaky: false, slow: false },
    {
      ...passing,
      verdict: "pass",
      flaky: true,
      slow: true,
      evidence: [{ check: "flaky", result: "note", detail: v ?? "failed once on alpha, then passed in 3 runs", at }],
    },
    {
      ...base,
      verdict: "fail",
      failureIdentifier: "code/test-failed",
      failing: many(v, [
        {
          name: v ?? "adds up the basket",
          message: v ?? "Expected values to be strictly equal:\n\n41.99 !== 42",
        },
      ]),
      hints: [],
      isUseKnown: true,
      proof:
        v ??
        "healthy throughout: nfs, disk, memory, clock; confirmed on beta; the last passing revision still passes, on alpha",
      log: decisiveLines(v === undefined ? log : `${v}\n`.repeat(40), ["adds up the basket"]),
      signatures: many(v, [signature]),
      since: {
        lastPass: { jobId: "j13", revision: v ?? "cafe0123cafe", submittedAt: "2026-11-17T15:03:00.000Z" },
        firstFail: { jobId: "j14", revision: v ?? "beef4567beef", submittedAt: "2026-11-18T08:12:00.000Z" },
        between: [v ?? "d00d89abd00d", v ?? "f00dcdeff00d"],
        betweenInAll: 5,
        fails: 2,
      },
      comparedWith: { is: { jobId: "j13", submittedAt: "2026-11-17T15:03:00.000Z" } },
      reproduction: [
        `git clone ${v ?? "https://git.example.org/shop.git"} source && cd source && git checkout 0123456789abcdef0123456789abcdef01234567`,
        "export HOLDFAST_SERVICE_NFS=10.0.0.7:2049",
        "export HOLDFAST_VARIANT_BROWSER=firefox",
        v ?? "npm ci",
        "node --test tests/checkout.test.ts",
      ],
      notMyCode: "https://grid.example.org/jobs/01kajq2m6sv1t4a4c1nq2c1b9h/not-my-code",
    },
    ...[...abortReasons, null].map((abortReason): VerdictMail => ({
      ...passing,
      verdict: "abort",
      abortReason,
      failureIdentifier: abortReason === "undiagnosed" ? "unknown/never-clean" : null,
      signatures: abortReason === "undiagnosed" ? [signature] : [],
      ...(abortReason === "cancelled" ? { attempts: [], evidence: [], components: [], holds: [], runs: [] } : {}),
    })),
  ];
}
