import { outcomes, phases } from "../../domain/states.js";
import { purposes } from "../../domain/verdict/attempt.js";
import { evidenceView } from "./jobs.js";
import { z } from "zod";

/** Answers about the results of tests. */

const time = z.iso.datetime();

export const artifactList = z
  .object({
    artifacts: z.array(
      z.object({
        attempt: z.int(),
        path: z.string(),
        bytes: z.int(),
        whole: z.boolean().meta({ description: "The whole file reached the grid" }),
        leftOut: z.string().nullable().meta({ description: "Why it was not kept; null if it was" }),
        link: z.string().nullable().meta({ description: "Where to download it" }),
      }),
    ),
  })
  .meta({ id: "ArtifactList" });

export const attemptView = z
  .object({
    number: z.int(),
    purpose: z.enum(purposes),
    machine: z.string(),
    host: z.string(),
    phase: z.enum(phases).meta({ description: "The last phase that it reached" }),
    outcome: z.enum(outcomes),
    failureIdentifier: z.string().nullable(),
    exitCode: z.int().nullable(),
    failing: z.array(z.string()),
    failedAt: time.nullable().meta({ description: "When the first subtest failed, if that is known" }),
    counts: z.record(z.string(), z.int()).nullable().meta({ description: "Subtests by result" }),
    subtests: z
      .array(z.object({ name: z.string(), result: z.string(), message: z.string() }))
      .meta({ description: "All subtests that failed, and the first of the others" }),
    claims: z.array(z.object({ service: z.string().nullable(), message: z.string() })),
    startedAt: time,
    testStartedAt: time.nullable(),
    endedAt: time,
    evidence: z.array(evidenceView),
    components: z.record(z.string(), z.string()),
  })
  .meta({ id: "Attempt" });

export const failureList = z
  .object({
    failures: z.array(
      z.object({ identifier: z.string(), blame: z.string(), retriable: z.boolean(), help: z.string() }),
    ),
  })
  .meta({ id: "FailureList" });
