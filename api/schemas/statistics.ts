import { z } from "zod";
import { downtimePageFilter } from "./downtime.js";

const count = z.int();
const ms = z.int().nullable();

export const runFilter = z.strictObject({
  project: z.string().min(1),
  test: z.string().min(1),
  branch: z.string().optional(),
  before: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

const run = z.object({
  jobId: z.string(),
  variant: z.record(z.string(), z.string()),
  branch: z.string(),
  revision: z.string(),
  verdict: z.enum(["pass", "fail"]),
  flaky: z.boolean(),
  machine: z.string().nullable().meta({ description: "Where its last attempt ran" }),
  submittedAt: z.string(),
  finishedAt: z.string(),
  queuedMs: ms.meta({ description: "From submission to its first attempt, holds included" }),
  durationMs: ms.meta({ description: "Of its last attempt" }),
});

export const runList = z
  .object({
    runs: z.array(run),
    next: z.string().nullable().meta({ description: "Value of `before` for the next page; null on the last page" }),
  })
  .meta({ id: "Runs" });

export const statisticsFilter = downtimePageFilter.safeExtend({ project: z.string().min(1).optional() });

const endings = { pass: count, fail: count, abort: count, flaky: count.meta({ description: "Of those that passed" }) };
const spans = {
  queued: ms.meta({ description: "Median from submission to the first attempt" }),
  queuedSlow: ms.meta({ description: "95th percentile of it" }),
  duration: ms.meta({ description: "Median from the first attempt to the verdict" }),
  durationSlow: ms.meta({ description: "95th percentile of it" }),
};
const named = { project: z.string(), test: z.string() };

export const statisticsView = z
  .object({
    from: z.string(),
    to: z.string(),
    days: z.array(z.object({ day: z.iso.date(), ...endings, ...spans })),
    projects: z.array(z.object({ project: z.string(), ...endings, ...spans })),
    flakiest: z
      .array(z.object({ ...named, ...endings }))
      .meta({ description: "Tests that were flaky, the worst first" }),
    longest: z
      .array(z.object({ ...named, runs: count, machineMs: z.int() }))
      .meta({ description: "Tests by the machine time that they took" }),
  })
  .meta({ id: "Statistics" });
