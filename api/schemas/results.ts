import { outcomes, phases } from "../../domain/states.js";
import { purposes } from "../../domain/verdict/attempt.js";
import { evidenceView } from "./jobs.js";
import { z } from "zod";

/** What the API gives of tests' results. */

const time = z.iso.datetime();

export const artifactList = z
  .object({
    artifacts: z.array(
      z.object({
        attempt: z.int(),
        path: z.string(),
        bytes: z.int(),
        whole: z.boolean().meta({ description: "All of it came to the grid" }),
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
    phase: z.enum(phases).meta({ description: "How far it came" }),
    outcome: z.enum(outcomes),
    failureIdentifier: z.string().nullable(),
    exitCode: z.int().nullable(),
    failing: z.array(z.string()),
    failedAt: time.nullable().meta({ description: "When the first subtest failed, where that is known" }),
    counts: z.record(z.string(), z.int()).nullable().meta({ description: "Subtests by result" }),
    subtests: z
      .array(z.object({ name: z.string(), result: z.string(), message: z.string() }))
      .meta({ description: "Those that failed, and of the others the first" }),
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
