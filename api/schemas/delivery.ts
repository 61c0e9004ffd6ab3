import { mailStates } from "../../domain/mail/mail-states.js";
import { mailWhens } from "../../domain/mail/mail-policy.js";
import { itemName, mailAddress } from "../../domain/config/fields.js";
import { roles } from "../../domain/access/roles.js";
import { by, lasting, reason } from "./admin.js";
import { z } from "zod";

/** Who is notified of what, and who may do what. */

export const preferenceRequest = z
  .strictObject({
    when: z.enum(mailWhens).nullable().meta({ description: "Which results to send; null deletes the preference" }),
    by,
  })
  .meta({ id: "PreferenceRequest" });
export const preferenceView = z
  .object({
    address: z.string(),
    when: z.enum(mailWhens).nullable().meta({ description: "Null if suite files and submissions decide" }),
  })
  .meta({ id: "Preference" });

const time = z.iso.datetime();

export const postponeRequest = z
  .strictObject({
    for: lasting.meta({ description: "How long, from now on, no mail about the job is sent" }),
    reason: reason.optional(),
    by,
  })
  .meta({ id: "PostponeRequest" });
export const postponed = z.object({ jobId: z.string(), notBefore: time }).meta({ id: "Postponed" });

export const mailFilter = z.strictObject({
  state: z
    .enum(mailStates)
    .optional()
    .meta({ description: "`refused`: some or all of its recipients will not get it" }),
  before: z.coerce.number().int().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});
export const mailList = z
  .object({
    mails: z.array(
      z.object({
        mailId: z.int(),
        messageId: z.string(),
        jobId: z.string().nullable(),
        submissionId: z.string().nullable(),
        state: z.enum(mailStates),
        subject: z.string(),
        recipients: z.array(z.string()),
        pending: z.array(z.string()).meta({ description: "Recipients who have not received it yet" }),
        turnedAway: z
          .array(z.object({ recipient: z.string(), error: z.string(), since: time, refusedAt: time.nullable() }))
          .meta({ description: "Recipients that the relay rejected: for now or, since `refusedAt`, for good" }),
        tries: z.int(),
        createdAt: time,
        nextTryAt: time.nullable(),
        sentAt: time.nullable(),
        refusedAt: time.nullable(),
        lastError: z.string().nullable(),
      }),
    ),
    next: z.int().nullable(),
  })
  .meta({ id: "Mails" });

export const revokeRequest = z.strictObject({ by }).prefault({});
export const tokenRequest = z
  .strictObject({
    name: z.string().trim().min(1).max(200),
    role: z.enum(roles),
    machine: itemName.optional().meta({ description: "The machine of an agent's token" }),
    address: mailAddress
      .optional()
      .meta({ description: "The mail address of the bearer; the bearer may change its jobs and preferences" }),
    project: z.string().min(1).max(200).optional().meta({ description: "The only project that the token is for" }),
    for: lasting
      .optional()
      .meta({ description: "How long the token is valid, such as 90d; if left out, until it is revoked" }),
    by,
  })
  .refine(
    ({ role, machine }) => (role === "agent") === (machine !== undefined),
    "`machine` must be given for the role agent, and only for it",
  )
  .refine(({ role, address }) => role !== "agent" || address === undefined, "`address` is for tokens of people")
  .refine(
    ({ role, project }) => project === undefined || role === "viewer" || role === "submitter",
    "`project` is only for the roles viewer and submitter",
  )
  .meta({ id: "TokenRequest" });
const tokenBase = {
  tokenId: z.string(),
  name: z.string(),
  role: z.enum(roles),
  machine: z.string().nullable(),
  address: z.string().nullable(),
  project: z.string().nullable(),
};
export const newToken = z
  .object({ ...tokenBase, token: z.string().meta({ description: "Shown only this once" }) })
  .meta({ id: "NewToken" });
export const tokenList = z
  .object({
    tokens: z.array(
      z.object({
        ...tokenBase,
        createdBy: z.string(),
        createdAt: time,
        expiresAt: time.nullable(),
        lastUsedAt: time.nullable().meta({ description: "To the minute" }),
        revokedAt: time.nullable(),
      }),
    ),
  })
  .meta({ id: "Tokens" });
