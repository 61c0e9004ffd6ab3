import { z } from "zod";
import { longestPath } from "../../domain/results/artifact-limits.js";
import { purposes } from "../../domain/verdict/attempt.js";

/** Requests of the agents of machines. */

const time = z.iso.datetime();
const nullableTime = time.nullable();
const serviceHealth = z.strictObject({
  state: z.enum(["up", "degraded", "down", "unknown"]),
  since: time,
  failuresInRow: z.int(),
  successesInRow: z.int(),
  firstFailedAt: nullableTime,
  firstGoodAt: nullableTime,
  detail: z.string(),
  downs: z.array(z.string()),
  settleMs: z.number(),
});

export const machineReport = z.strictObject({
  agent: z.string(),
  slots: z.int().min(1).optional(),
  facts: z.record(z.string(), z.string()),
  leases: z.array(z.string()).max(1_000),
  asOf: time.nullable().default(null),
  services: z.array(z.strictObject({ service: z.string(), health: serviceHealth, at: time })).default([]),
});

export const attemptStart = z.strictObject({
  fence: z.int(),
  machine: z.string(),
  attempt: z.int().min(1),
  purpose: z.enum(purposes),
});

export const logPiece = z.strictObject({
  attempt: z.coerce.number().int().min(1),
  offset: z.coerce.number().int().min(0),
});

const count = z.coerce.number().int().min(0);
export const artifactPiece = z.strictObject({ attempt: count, number: count, offset: count });

export const artifactDeclaration = z.strictObject({
  attempt: z.int().min(1),
  artifacts: z
    .array(
      z.strictObject({
        path: z
          .string()
          .max(longestPath)
          .regex(/^[^/]/, "must not be absolute")
          .refine((path) => !path.split("/").includes(".."), "leads out of the source"),
        bytes: z.int().min(0),
        leftOut: z.string().max(200).nullable(),
      }),
    )
    .max(10_000),
});
