import { describe, expect, test } from "@jest/globals";
import { verdictMail } from "../../mail/verdict/verdict-mail.js";
import type { VerdictMail } from "../../mail/verdict/verdict-mail-data.js";
import { allMails } from "../support/mails.js";
import { frame, verdictMails } from "../support/verdict-mails.js";

const everywhere = ({ subject, body, html, headers }: ReturnType<typeof verdictMail>) =>
  `${subject}\n${body}\n${html}\n${JSON.stringify(headers)}`;

describe.each(allMails())("the mail %s", (kind, mail) => {
  test("has `fail` in its subject only if it reports a failure", () => {
    if (!kind.includes("digest")) expect(/fail/i.test(mail.subject)).toBe(kind.endsWith("fail"));
    if (kind.endsWith("fail")) expect(everywhere(mail)).toMatch(/fail/i);
  });

  test("misses no value in text and HTML", () =>
    expect(everywhere(mail)).not.toMatch(/undefined|\bnull\b|NaN|\[object|Invalid Date/));

  test("says the same in text and in HTML", () => {
    const shown = new Set(
      mail.html
        .replace(/<style>.*?<\/style>/s, "")
        .replace(/<a [^>]*href="([^"]*)"/g, " $1 <a")
        .replace(/<[^>]+>/g, " ")
        .split(/[^\w]+/),
    );
    const missing = mail.body.split(/[^\w]+/).filter((word) => word !== "" && !shown.has(word));
    expect(missing).toEqual([]);
  });

  test("is marked as automatic and as mail of a list, with an id in the sender's domain", () => {
    expect(mail.headers).toMatchObject({ "Auto-Submitted": "auto-generated", Precedence: "bulk" });
    expect(mail.headers["List-Id"]).toMatch(/^<[a-z0-9-]+\.holdfast\.example\.org>$/);
    expect(mail.messageId).toMatch(/^<[\w.+-]+@example\.org>$/);
  });
});

describe.each(verdictMails())("the mail on $verdict $abortReason", (mail) => {
  test("begins with the verdict, and names test, variant, project and revision", () =>
    expect(verdictMail(mail).subject).toBe(
      `${mail.verdict.toUpperCase()} checkout [browser=firefox] · shop @ 0123456789ab`,
    ));

  test("has every part", () => {
    const parts = [
      "Project",
      "Revision",
      "Owner",
      "Submitted",
      "Finished",
      "Held",
      "Pass rate",
      "Evidence",
      "Attempts",
    ];
    for (const part of [
      ...parts,
      "Versions",
      "Links",
      "Temporal history",
      `holdfast why ${mail.jobId}`,
      "holdfast rerun",
    ])
      expect(verdictMail(mail).body).toContain(part);
  });

  test("is the same mail each time it is created", () => expect(verdictMail(mail)).toEqual(verdictMail(mail)));
});

test("the mails about one test are one thread, and those about another test another one", () => {
  const [first] = verdictMails();
  const headersOf = (mail: VerdictMail) => verdictMail(mail).headers;
  const other = { ...first!, jobId: "another", verdict: "abort", abortReason: null, failureIdentifier: null } as const;
  expect(headersOf({ ...other, signatures: [] })["References"]).toBe(headersOf(first!)["References"]);
  expect(headersOf(first!)["In-Reply-To"]).toBe(headersOf(first!)["References"]);
  expect(headersOf({ ...first!, historyKey: "k2" })["References"]).not.toBe(headersOf(first!)["References"]);
});

test("a failure mail has everything that helps to fix the test", () => {
  const { body } = verdictMail(verdictMails().find(({ verdict }) => verdict === "fail")!);
  expect(body).toMatchInlineSnapshot(`
"FAIL: checkout [browser=firefox]

The test ran and failed in a healthy environment: this is about your code.
https://grid.example.org/jobs/01kajq2m6sv1t4a4c1nq2c1b9h

What failed
  code/test-failed: The test's command, or one of its subtests, failed.
  - adds up the basket
      Expected values to be strictly equal:
      41.99 !== 42

The log · around the first mention of what did not pass
   | # Subtest: keeps the basket
   | ok 1 - keeps the basket
   | # Subtest: adds up the basket
  >| not ok 2 - adds up the basket
   |   ---
   |   duration_ms: 3.2
   |   location: 'tests/checkout.test.ts:14:1'
   |   error: |-
   |     Expected values to be strictly equal:
   |
   |     41.99 !== 42
   |   code: 'ERR_ASSERTION'
   |   name: 'AssertionError'
   |   expected: 42
   |   actual: 41.99
   |   stack: |-
   |     TestContext.<anonymous> (tests/checkout.test.ts:17:10)
   |     Test.runInAsyncScope (node:async_hooks:206:9)
  …
   | ok 3 - empties the basket
   | 1..3
   | # tests 3
   | # pass 2
   | # fail 1

Known lines in the log · only a hint
  - a connection was reset (line 41 of attempt 1's log)
      Error: read ECONNRESET
      Often a service that was started again; see its log.
      https://wiki.example.org/reset

What changed
  First failed     at beef4567beef, submitted 2026-11-18 08:12:00 UTC; 2 runs in a row
  Last passed      at cafe0123cafe, submitted 2026-11-17 15:03:00 UTC
  In between       d00d89abd00d, f00dcdeff00d and 3 more
  node             v22.11.0 (was v22.10.0)
  package libssl3  3.0.15-1 (new since the last pass)

Pass rate
  13 of the last 16 runs passed, 1 of them flaky, failure rate 19 %
  + + + + + + - + + ~ + + + + - -  (+ passed, ~ flaky, - did not pass; newest last; without attempts that infrastructure stopped)

Links
  Job                   https://grid.example.org/jobs/01kajq2m6sv1t4a4c1nq2c1b9h
  Log                   https://grid.example.org/api/v1/jobs/01kajq2m6sv1t4a4c1nq2c1b9h/log
  Temporal history      not known: this grid's Temporal UI has no known address
  This was not my code  https://grid.example.org/jobs/01kajq2m6sv1t4a4c1nq2c1b9h/not-my-code

More: evidence, how to reproduce, versions, attempts, the job, commands

Evidence
  healthy throughout: nfs, disk, memory, clock; confirmed on beta; the last passing revision still passes, on alpha
  - attempt 1: ran on alpha: adds up the basket (note, 2026-11-18 10:02:11 UTC)
  - service nfs from alpha: 12 looks, none of them bad (good, 2026-11-18 10:02:11 UTC)
  - disk: 48213 MiB and 3145728 inodes free (good, 2026-11-18 10:02:11 UTC)
  - memory: 0 processes OOM-killed (good, 2026-11-18 10:02:11 UTC)

How to reproduce
  As the grid ran it, in an empty folder:
  git clone https://git.example.org/shop.git source && cd source && git checkout 0123456789abcdef0123456789abcdef01234567
  export HOLDFAST_SERVICE_NFS=10.0.0.7:2049
  export HOLDFAST_VARIANT_BROWSER=firefox
  npm ci
  node --test tests/checkout.test.ts

Versions · against the last pass, 2026-11-17 15:03:00 UTC
  node             v22.11.0 (was v22.10.0)
  package libssl3  3.0.15-1 (new since the last pass)
  kernel           6.1.0-28-amd64
  os               debian-12
  holdfast         0.3.0

Attempts
  - 1. the test, on alpha: ran, did not pass (after 12s)
  - 2. the test again, to confirm the result, on beta: ran, did not pass (after 13s)
  - 3. the last passing revision, for comparison, on alpha: passed (after 12s)

The job
  Project    shop (main)
  Revision   0123456789abcdef0123456789abcdef01234567
  Owner      dev@example.org
  Submitted  2026-11-18 09:40:02 UTC
  Finished   2026-11-18 10:02:11 UTC, 22m 9s later
  Held       12m 4s in all: nfs for 12m 4s since 2026-11-18 09:41:00 UTC

Commands
  These show the reason, and run the job again. The job's page can do both.
  holdfast why 01kajq2m6sv1t4a4c1nq2c1b9h
  holdfast rerun 01kajq2m6sv1t4a4c1nq2c1b9h
"
`);
});

test("a test's name that contains `fail` is not changed, even in a mail about a pass", () => {
  const passing = verdictMail({
    ...frame(),
    test: "login-fails",
    evidence: [],
    verdict: "pass",
    flaky: false,
    slow: false,
  });
  expect(passing.subject).toMatch(/^PASS login-fails /);
});
