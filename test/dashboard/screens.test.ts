import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import type { Browser } from "playwright-core";
import { gridPage } from "../../dashboard/grid-page.js";
import { jobPage } from "../../dashboard/job-page.js";
import { submissionPage } from "../../dashboard/submission-page.js";
import type { JobLine } from "../../dashboard/job-table.js";
import { notMyCodePage } from "../../dashboard/not-my-code-page.js";
import { browserProgram, picturesFolder, type LayoutProblems, layoutCheck, openBrowser } from "../support/screen.js";

jest.setTimeout(120_000);

const at = "2026-11-18T10:02:11.503Z";
const revision = "0123456789abcdef".repeat(4);
const line = (state: string, verdict: string | null): JobLine => ({
  jobId: "01kajq2m6sv1t4a4c1nq2c1b9h",
  test: "a-test-with-a-rather-long-name/of-two-parts",
  variant: { browser: "firefox" },
  project: "shop",
  owner: "somebody.with.a.long.name@department.example.org",
  state,
  verdict,
  abortReason: null,
  holds: [{ detail: "service nfs is down since 2026-11-18T09:58:00.000Z: connect ECONNREFUSED", until: null }],
  submittedAt: at,
});
const jobs = [line("finished", "pass"), line("finished", "fail"), line("held", null)];
const pages = {
  grid: gridPage({
    reader: { role: "admin", project: null },
    states: { held: 1 },
    lastDay: { pass: 1, fail: 1 },
    services: [
      {
        name: "nfs",
        state: "down",
        since: at,
        detail: "connect ECONNREFUSED 10.0.0.7:2049",
        own: false,
        cause: null,
        release: null,
      },
    ],
    pauses: [
      {
        pauseId: "1",
        kind: "pause",
        scope: "machine",
        name: "beta",
        reason: "new disks",
        author: "ann",
        since: at,
        until: null,
      },
    ],
    machines: [
      {
        name: "alpha",
        state: "idle",
        health: "good",
        draining: false,
        facts: { os: "fedora-41", unconfined: "x".repeat(120) },
        jobs: [],
      },
    ],
    submissions: [{ submissionId: "01kajq2m6sv1t4a4c1nq2c1b9h", project: "shop", state: "held", reason: revision }],
    queue: [{ test: "checkout", waiting: 3, reasons: [{ text: "service nfs is down" }] }],
    jobs,
    mailsDue: 0,
    mailsRefused: 0,
  }),
  submission: submissionPage({
    reader: { role: "viewer", project: null },
    submissionId: "01kajq2m6sv1t4a4c1nq2c1b9h",
    state: "expanded",
    reason: null,
    counts: { pass: 1, fail: 1, held: 1 },
    total: 3,
    open: 1,
    jobs,
  }),
  job: jobPage({
    reader: { role: "submitter", project: null },
    now: at,
    shownAttempt: 1,
    job: {
      finishedAt: at,
      ...line("finished", "fail"),
      submissionId: "01kajq2m6sv1t4a4c1nq2c1b9h",
      branch: "main",
      revision,
      failureIdentifier: "code/test-failed",
      attempts: [
        {
          number: 1,
          purpose: "test",
          machine: "alpha",
          companion: null,
          startedAt: at,
          endedAt: at,
          outcome: "candidate",
          failureIdentifier: "code/test-failed",
          counts: null,
        },
      ],
      holds: [{ reason: "infra/service-down", detail: "nfs", since: at, until: at }],
      signatures: [],
      runsFor: null,
      correctedBy: null,
      notMyCode: null,
      mailNotBefore: null,
      links: { log: "/log", history: null, notMyCode: "/not-my-code" },
    },
    why: {
      summary: "failed",
      reasons: [],
      holdBudget: null,
      runbooks: [],
      verifying: null,
      machines: [],
      requirements: [],
      analysis: null,
      use: null,
      recommend: [],
      changes: [{ name: "node", value: "v22.11.0 (was v22.10.0)", isNotable: true }],
      evidence: [{ check: "service nfs from alpha", result: "good", detail: "healthy throughout", at }],
    },
    runs: [],
    logTail: "x".repeat(500),
    results: null,
    artifacts: [],
  }),
  "not-my-code": notMyCodePage({
    reader: { role: "submitter", project: null },
    job: { ...line("finished", "fail"), revision },
    claim: "c1",
  }),
};

if (browserProgram === undefined) test.skip("pages on a screen: no chromium is installed", () => undefined);
else
  describe("a page on a screen", () => {
    const folder = picturesFolder ?? mkdtempSync(join(tmpdir(), "holdfast-pages-"));
    let browser: Browser;
    beforeAll(async () => {
      browser = await openBrowser();
    });
    afterAll(async () => {
      await browser.close();
      if (picturesFolder === undefined) rmSync(folder, { recursive: true, force: true });
    });

    test.each([
      [360, "light"],
      [1100, "dark"],
    ] as const)("of %i pixels in %s mode fits the width, and its text can be read", async (width, colorScheme) => {
      const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
      const found: Record<string, unknown> = {};
      for (const [name, html] of Object.entries(pages)) {
        await page.setContent(html);
        const { isTooWide, paleText } = await page.evaluate<LayoutProblems>(layoutCheck);
        if (picturesFolder !== undefined)
          await page.screenshot({ path: join(folder, `page-${name}-${width}.png`), fullPage: true });
        found[name] = { isTooWide, paleText };
      }
      await page.close();
      expect(found).toEqual(
        Object.fromEntries(Object.keys(pages).map((name) => [name, { isTooWide: false, paleText: [] }])),
      );
    });
  });
