import { outageKinds, severities } from "../../domain/states.js";
import { z } from "zod";

const dayMs = 86_400_000;
const time = z.iso.datetime();
const ms = z.int();
const nullableMs = ms.nullable();

/** A time or a date (its beginning, in UTC); becomes ISO text in UTC. */
export const moment = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()], "not a time; write one such as 2027-01-31T08:00:00Z")
  .refine((text) => text >= "1970", "is before 1970")
  .transform((text) => new Date(text).toISOString())
  .meta({ type: "string", example: "2027-01-31T08:00:00Z" });

const interval = { from: moment.optional(), to: moment.optional() };
const wrongOrder = { path: ["from"], message: "must be before `to`, and in the past" };

export const downtimeFilter = z
  .strictObject({ ...interval, format: z.enum(["json", "csv"]).default("json") })
  .refine(isPast, wrongOrder);

/** The page's query: `days` up to now, or an interval. */
export const downtimePageFilter = z
  .strictObject({ ...interval, days: z.coerce.number().int().min(1).max(366).default(7) })
  .refine(isPast, wrongOrder);

export const outageFilter = z
  .strictObject({
    ...interval,
    service: z.string().optional(),
    before: z.string().optional(),
    limit: z.coerce.number().int().min(1).max(500).default(50),
  })
  .refine(isPast, wrongOrder);

function isPast({ from, to }: { from?: string | undefined; to?: string | undefined }): boolean {
  const now = new Date().toISOString();
  return from === undefined || from < (to === undefined || to > now ? now : to);
}

/** The past part of the interval that a query asks for, as ISO times. Without `from`, it is the last `days` days before `to`. */
export function askedInterval({ from, to }: { from?: string | undefined; to?: string | undefined }, days = 7) {
  const now = new Date().toISOString();
  const end = to === undefined || to > now ? now : to;
  return { from: from ?? new Date(Date.parse(end) - days * dayMs).toISOString(), to: end };
}

export const outageView = z
  .object({
    outageId: z.string(),
    service: z.string(),
    machine: z.string().nullable(),
    kind: z.enum(outageKinds),
    severity: z.enum(severities),
    startedAt: time,
    endedAt: time.nullable(),
    durationMs: ms,
    flaps: z.int(),
    cause: z.string().nullable(),
    detail: z.string(),
    jobsHeld: z.int(),
  })
  .meta({ id: "Outage" });

export const outageList = z
  .object({
    outages: z.array(outageView),
    next: z.string().nullable().meta({ description: "Value of `before` for the next page; null on the last page" }),
  })
  .meta({ id: "OutageList" });

const cost = z.object({ jobsHeld: z.int(), jobHeldMs: ms, machineIdleMs: ms });

export const downtimeView = z
  .object({
    from: time,
    to: time,
    intervalMs: ms,
    grid: z.object({
      offlineMeans: z.string(),
      offlineMs: ms,
      plannedMs: ms,
      unplannedMs: ms,
      longestMs: ms,
      spells: z.array(z.object({ since: time, until: time, planned: z.boolean(), because: z.array(z.string()) })),
    }),
    outages: z.int(),
    services: z.array(
      z.object({
        service: z.string(),
        outages: z.int(),
        downtimeMs: ms,
        plannedMs: ms,
        unplannedMs: ms,
        longestMs: ms,
        mtbfMs: nullableMs,
        mttrMs: nullableMs,
        degradedOutages: z.int(),
        degradedMs: ms,
        timeline: z.array(
          z.object({ trouble: z.enum(["unplanned", "maintenance", "degraded"]), since: time, until: time }),
        ),
      }),
    ),
    cost: cost.extend({
      services: z.array(cost.extend({ service: z.string() })),
      reasons: z.array(cost.extend({ reason: z.string() })),
    }),
    ranking: z.array(cost.extend({ name: z.string(), downtimeMs: ms, explains: z.array(z.string()), why: z.string() })),
    infrastructureShare: z.object({
      attempts: z.int(),
      lost: z.int(),
      share: z.number().nullable(),
      target: z.number(),
      isMet: z.boolean().nullable(),
      lostBy: z.array(
        z.object({
          failureIdentifier: z.string().nullable(),
          attempts: z.int(),
          share: z.number(),
          target: z.number().nullable(),
        }),
      ),
    }),
  })
  .meta({ id: "Downtime" });
