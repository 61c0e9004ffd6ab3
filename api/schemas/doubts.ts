import { companionPurposes } from "../../domain/verdict/attempt.js";
import { rulings } from "../../domain/verdict/false-alarms.js";
import { jobStates, verdicts } from "../../domain/states.js";
import { by } from "./admin.js";
import { z } from "zod";

/** Requests and answers about alarms that are in doubt. */

const time = z.iso.datetime();
const why = z.string().trim().min(1, "say why").max(2_000, "at most 2000 characters");
const name = z.string().trim().max(200, "at most 200 characters");

export const claimRequest = z
  .strictObject({ why, name: name.optional().meta({ description: "Who says so: a name or an address" }) })
  .meta({ id: "NotMyCodeRequest" });

/** The form of the page. `claim` identifies the form, so that sending it twice makes one claim. */
export const claimForm = z.object({ why, name: name.default(""), claim: z.string().min(1).max(100) });

export const rulingRequest = z.strictObject({ ruling: z.enum(rulings), why, by }).meta({ id: "NotMyCodeAnswer" });

const line = z.object({ text: z.string(), jobId: z.string().nullable() });
export const verificationProgressView = z.object({ known: z.array(line), wanted: z.array(line) }).meta({
  id: "Standing",
  description: "What is known about a failure that is not confirmed yet, and which proof is still needed",
});

/** Fields of a job. */
export const doubtFields = {
  runsFor: z
    .object({ jobId: z.string(), purpose: z.enum(companionPurposes) })
    .nullable()
    .meta({ description: "The job that needs this one for its verdict; null for an ordinary job" }),
  correctedBy: z
    .object({
      jobId: z.string(),
      state: z.enum(jobStates),
      verdict: z.enum(verdicts).nullable(),
      because: z.array(
        z.object({
          outageId: z.string(),
          service: z.string(),
          machine: z.string().nullable(),
          since: time,
          to: time.nullable(),
          detail: z.string(),
        }),
      ),
    })
    .nullable()
    .meta({ description: "The job that ran a failure again, because an outage was recorded later" }),
  notMyCode: z
    .object({
      claims: z.array(z.object({ name: z.string().nullable(), why: z.string(), at: time })),
      ruling: z.object({ ruling: z.enum(rulings), why: z.string(), author: z.string(), at: time }).nullable(),
    })
    .nullable()
    .meta({ description: "What people claim about an alarm, and what an operator answered" }),
};

const share = z.number().nullable();
export const falseAlarmsView = z
  .object({
    from: time,
    to: time,
    alarms: z.int().meta({ description: "Failures that were notified: the denominator of both rates" }),
    claimed: z.int(),
    reopened: z.int(),
    passedOnReopening: z.int(),
    failedAgain: z.int(),
    agreed: z.int(),
    disagreed: z.int(),
    falseAlarms: z
      .int()
      .meta({ description: "Passed on re-verification, or an operator agreed that it was not the code" }),
    rate: share,
    inDoubt: z.int().meta({ description: "Alarms that may still turn out to be false" }),
    rateAtMost: share,
    doubted: z.array(
      z.object({
        jobId: z.string(),
        test: z.string(),
        variant: z.record(z.string(), z.string()),
        project: z.string(),
        finishedAt: time,
        claimed: z.boolean(),
        ruling: z.enum(rulings).nullable(),
        reopened: z.enum(["none", "open", ...verdicts]),
      }),
    ),
  })
  .meta({ id: "FalseAlarms" });
