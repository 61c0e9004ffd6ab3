import { z } from "zod";
import { by } from "./admin.js";
import { submissionRequest } from "./jobs.js";

/** Triggers: automatic submissions, on a schedule or when commits are pushed. */

const time = z.iso.datetime();
const cronLine = z
  .string()
  .min(1)
  .max(200)
  .refine((text) => !/TZ=/i.test(text), "name the time zone as `timeZone`")
  .meta({ example: "30 2 * * 1-5", description: "minute, hour, day of month, month, day of week" });
const timeZone = z
  .string()
  .max(100)
  .refine(isTimeZone, "no time zone; write one such as Europe/Berlin")
  .meta({ example: "Europe/Berlin" });

const { tests, tell, owner, project, supersede, mail } = submissionRequest.shape;

export const triggerRequest = z
  .strictObject({
    name: z.string().trim().min(1).max(200),
    source: z.strictObject({
      url: z.string().min(1).max(2_000).meta({ description: "Of a git repository" }),
      revision: z
        .string()
        .min(1)
        .max(500)
        .default("HEAD")
        .meta({ description: "The revision that a schedule submits" }),
      path: z.string().max(500).default("").meta({ description: "The folder of the suite file" }),
      depth: z.int().min(0).max(1_000_000).optional(),
    }),
    owner: owner.unwrap().meta({ description: "Gets the mail if the source cannot be fetched" }),
    project,
    tests,
    tell,
    supersede,
    mail,
    schedule: z
      .strictObject({ cron: z.array(cronLine).min(1).max(20), timeZone: timeZone.default("UTC") })
      .optional()
      .meta({ description: "Submits at these times" }),
    push: z
      .strictObject({ branches: z.array(z.string().min(1).max(200)).min(1).max(50).default(["*"]) })
      .optional()
      .meta({ description: "Submits the newest commit of each push to a branch with one of these names" }),
    by,
  })
  .refine(({ schedule, push }) => (schedule === undefined) !== (push === undefined), "name either `schedule` or `push`")
  .meta({ id: "TriggerRequest" });

const triggerFields = {
  triggerId: z.string(),
  name: z.string(),
  source: z.object({ url: z.string(), revision: z.string(), path: z.string() }),
  owner: z.string(),
  project: z.string(),
  schedule: z.object({ cron: z.array(z.string()), timeZone: z.string() }).nullable(),
  push: z.object({ branches: z.array(z.string()), address: z.string() }).nullable(),
};

export const newTrigger = z
  .object({
    ...triggerFields,
    secret: z.string().nullable().meta({ description: "The forge signs its events with it; shown only this once" }),
  })
  .meta({ id: "NewTrigger" });

export const triggerList = z
  .object({
    triggers: z.array(
      z.object({
        ...triggerFields,
        createdBy: z.string(),
        createdAt: time,
        nextAt: z.array(time).meta({ description: "The next times of a schedule; empty while Temporal is away" }),
        lastAt: time.nullable(),
        lastSubmissionId: z.string().nullable(),
        lastError: z.string().nullable().meta({ description: "Why it submitted nothing the last time" }),
      }),
    ),
  })
  .meta({ id: "Triggers" });

export const triggeredView = z
  .object({
    submissionId: z.string().nullable(),
    note: z.string().nullable().meta({ description: "Why nothing was submitted" }),
  })
  .meta({ id: "Triggered" });

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
