import { isoTime } from "../domain/files/fields.js";
import { outageKinds, severities } from "../domain/words.js";
import { z } from "./zod.js";

const time = z.iso.datetime();
const ms = z.number().openapi({ description: "ms" });

export const weekMs = 7 * 86_400_000;

export const downtimeQuery = z
  .object({
    from: isoTime.optional().openapi({ description: "Seven days before `to` without" }),
    to: isoTime.optional().openapi({ description: "Now without" }),
    format: z.enum(["json", "csv"]).default("json"),
  })
  .transform(({ from, to = new Date().toISOString(), format }) => ({
    from: from ?? new Date(Date.parse(to) - weekMs).toISOString(),
    to,
    format,
  }))
  .refine(({ from, to }) => from < to, { path: ["from"], error: "must be before `to`" });

export const serviceDowntime = z.object({
  service: z.string(),
  outages: z.int(),
  flaps: z.int(),
  totalMs: ms,
  longestMs: ms,
  plannedMs: ms,
  unplannedMs: ms,
  degradedMs: ms,
  mtbfMs: ms.nullable(),
  mttrMs: ms.nullable(),
  jobsHeld: z.int(),
  heldMs: ms,
  idleMs: ms,
});

export const downtimeView = z
  .object({
    from: time,
    to: time,
    offlineMeans: z.string(),
    grid: z.object({ offlineMs: ms, times: z.int(), longestMs: ms }),
    services: z.array(serviceDowntime),
    otherHolds: z.array(z.object({ reason: z.string(), heldMs: ms })),
    total: z.object({ downMs: ms, jobsHeld: z.int(), heldMs: ms, idleMs: ms }),
    ranking: z.array(z.object({ service: z.string(), heldMs: ms, idleMs: ms, totalMs: ms, why: z.string() })),
    share: z.object({
      attempts: z.int(),
      lost: z.int(),
      share: z.number(),
      target: z.number(),
      byIdentifier: z.array(z.object({ identifier: z.string(), attempts: z.int() })),
    }),
  })
  .openapi("Downtime");

export const outageFilter = z.object({
  from: isoTime.optional(),
  to: isoTime.optional(),
  service: z.string().optional(),
  before: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

export const outageView = z
  .object({
    outageId: z.string(),
    service: z.string(),
    machine: z.string().nullable(),
    kind: z.enum(outageKinds),
    severity: z.enum(severities),
    startedAt: time,
    endedAt: time.nullable(),
    lastedMs: ms,
    flaps: z.int(),
    cause: z.string().nullable(),
    detail: z.string(),
    jobsHeld: z.int(),
  })
  .openapi("Outage");

export const outageList = z.object({ outages: z.array(outageView), next: z.string().nullable() }).openapi("OutageList");
