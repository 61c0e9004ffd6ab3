import { z } from "zod";
import { submissionStates } from "../../domain/states.js";

const time = z.iso.datetime();

export const submissionFilter = z.strictObject({
  owner: z.string().optional(),
  project: z.string().optional(),
  branch: z.string().optional(),
  before: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});

export const submissionList = z
  .object({
    submissions: z.array(
      z.object({
        submissionId: z.string(),
        state: z.enum(submissionStates),
        reason: z.string().nullable(),
        owner: z.string(),
        project: z.string(),
        branch: z.string(),
        revision: z.string(),
        submittedAt: time,
        counts: z
          .record(z.string(), z.int())
          .meta({ description: "Jobs by verdict, or by state while they have none" }),
        links: z.object({ page: z.string() }),
      }),
    ),
    next: z.string().nullable().meta({ description: "Value of `before` for the next page; null on the last page" }),
  })
  .meta({ id: "Submissions" });
