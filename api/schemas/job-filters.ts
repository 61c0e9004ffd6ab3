import { jobStates, verdicts } from "../../domain/states.js";
import { z } from "zod";
import { moment } from "./downtime.js";

/** Filters for jobs and their logs. */

/** The number of an attempt in a path or query. */
export const attemptNumber = z.coerce.number().int().min(1).max(1_000_000_000);

export const jobFilter = z.strictObject({
  submission: z.string().optional(),
  state: z.enum(jobStates).optional(),
  verdict: z.enum(verdicts).optional(),
  test: z.string().optional(),
  owner: z.string().optional(),
  project: z.string().optional(),
  branch: z.string().optional(),
  revision: z.string().optional().meta({ description: "A commit, or the revision as it was given" }),
  label: z.string().optional().meta({ description: "The label of a known line of its logs" }),
  machine: z.string().optional().meta({ description: "The machine on which it ran" }),
  service: z.string().optional().meta({ description: "The service for which it was held" }),
  from: moment.optional().meta({ description: "Submitted at this time or later" }),
  to: moment.optional().meta({ description: "Submitted before this time" }),
  monitors: z
    .enum(["true", "false"])
    .default("false")
    .transform((text) => text === "true")
    .meta({ description: "Also the jobs that watch services" }),
  before: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

export const logQuery = z.strictObject({
  attempt: attemptNumber.optional().meta({ description: "The last attempt, if left out" }),
  offset: z.coerce.number().int().min(0).default(0).meta({ description: "In bytes" }),
});
