import { z } from "zod";
import { eventKinds } from "../../db/events/events.js";
import { jobView } from "./jobs.js";

/** Live events, and exports for other tools. */

export const eventFilter = z.strictObject({
  kind: z.enum(eventKinds).optional(),
  project: z.string().optional().meta({ description: "Only jobs and submissions of this project" }),
});

export const exportFilter = z.strictObject({ format: z.enum(["json", "junit"]).default("json") });

export const exportView = z
  .object({
    submissionId: z.string(),
    project: z.string(),
    branch: z.string(),
    revision: z.string(),
    isComplete: z.boolean().meta({ description: "Whether all its jobs have a verdict" }),
    result: z
      .enum(["pass", "fail", "neutral", "pending"])
      .meta({ description: "`neutral`: none failed, and some were aborted" }),
    counts: z.record(z.string(), z.int()).meta({ description: "Jobs by verdict, or by state while they have none" }),
    jobs: z.array(jobView),
  })
  .meta({ id: "Results" });

export const badgeFilter = z.strictObject({
  branch: z.string().optional(),
  test: z.string().optional(),
});
