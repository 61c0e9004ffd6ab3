import { z } from "zod";
import { defaultLimits } from "../jobs/attempt-limits.js";
import { defaultArtifacts } from "../results/artifact-limits.js";
import { sizeBytes } from "./fields.js";

const count = z.int().min(1);

/** `limits:` of grid.yaml: what attempts, submissions and tokens may use. */
export const limitsSection = z
  .strictObject({
    source: sizeBytes.default(256 * 2 ** 20),
    log: sizeBytes.default(8 * 2 ** 20),
    report: sizeBytes
      .default(256 * 2 ** 20)
      .describe("How much of an attempt's reports is read; if they are larger, the exit code decides"),
    artifacts: sizeBytes
      .default(defaultArtifacts.bytes)
      .describe("Total size of the files that are kept after one attempt"),
    "artifact-count": count.default(defaultArtifacts.count).describe("Number of files that are kept after one attempt"),
    memory: sizeBytes.default(defaultLimits.memory).describe("For an attempt whose test declares no machine:memory>=…"),
    disk: sizeBytes.default(defaultLimits.disk).describe("For an attempt's source, home and temporary files together"),
    processes: z.int().min(16).default(defaultLimits.processes).describe("For an attempt, including threads"),
    jobs: count.default(10_000).describe("Jobs of one submission"),
    "open-jobs": count.default(200_000).describe("Jobs of one token that have no verdict yet"),
    uploads: count.default(8).describe("Uploads of one token at the same time"),
    "uploads-per-day": sizeBytes.default(100 * 2 ** 30).describe("Uploaded bytes of one token per day (UTC)"),
  })
  .prefault({});

/** `sources:` of grid.yaml. */
export const sourcesSection = z
  .strictObject({
    allow: z
      .array(
        z
          .string()
          .regex(
            /^((\*\.)?[\w-]+(\.[\w-]+)*\.?|[\da-f:.]+(\/\d{1,3})?)$/i,
            "write a host, an address or a network, such as git.example.org or 10.0.0.0/8",
          ),
      )
      .default([])
      .describe("Hosts, addresses and networks from which sources may come; if empty, every public host"),
    file: z.boolean().default(false).describe("Whether sources may come from the control worker's own disk"),
  })
  .optional()
  .describe(
    "Where git sources may come from. The default is every public host; a grid that listens on loopback also allows its own machine",
  );
