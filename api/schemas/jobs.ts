import { durationMs, mailAddress } from "../../domain/config/fields.js";
import { signatureCauses } from "../../domain/failures/signature.js";
import { mailForms, mailWhens, notifiedBy } from "../../domain/mail/mail-policy.js";
import { by } from "./admin.js";
import { doubtFields, verificationProgressView } from "./doubts.js";
import { purposes } from "../../domain/verdict/attempt.js";
import { abortReasons, blames, jobStates, outcomes, submissionStates, verdicts } from "../../domain/states.js";
import { z } from "zod";
import { codeFields } from "./code-fields.js";

/** Requests and answers about submissions and jobs. */

const time = z.iso.datetime();
const nullableTime = time.nullable();
const variant = z.record(z.string(), z.string());

const sourcePath = z
  .string()
  .max(500)
  .regex(/^(?![/\\])[^\0]*$/, "not a path inside the source")
  .transform((path) => path.replace(/^(\.\/)+|\/+$/g, "").replace(/^\.$/, ""))
  .default("")
  .meta({ description: "The folder of the suite file within the source; its root if left out" });

export const submissionRequest = z
  .strictObject({
    source: z.discriminatedUnion("kind", [
      z.strictObject({
        kind: z.literal("upload"),
        sourceHash: z.string().regex(/^[0-9a-f]{64}$/, "not a SHA-256 in hex"),
        path: sourcePath,
        commit: z
          .string()
          .regex(/^[0-9a-f]{40,64}$/, "not a commit in hex")
          .optional()
          .meta({ description: "The commit that is checked out, if the folder is a working tree of git" }),
      }),
      z.strictObject({
        kind: z.literal("git"),
        url: z.string().min(1).max(2_000),
        revision: z.string().min(1).max(500).default("HEAD"),
        path: sourcePath,
        depth: z
          .int()
          .min(0)
          .max(1_000_000)
          .optional()
          .meta({ description: "How many commits of history to fetch; 0 for all, 50 if left out" }),
      }),
    ]),
    tests: z.array(z.string()).min(1).optional(),
    tell: z.array(mailAddress).max(50).default([]),
    owner: mailAddress.optional(),
    project: z.string().min(1).max(200).optional(),
    branch: z.string().min(1).max(200).optional().meta({
      description: "The branch of the tests' history; if left out, the branch of the fetched ref, or main",
    }),
    noticeAfter: durationMs.optional().meta({
      description: "Notify the owner of jobs that are held for longer than this, such as 2h; if left out, never",
    }),
    mail: z
      .strictObject({ when: z.enum(mailWhens).optional(), as: z.enum(mailForms).optional() })
      .default({})
      .meta({ description: "Which results of this submission to send; overrides suite file and preferences" }),
    supersede: z.boolean().optional().meta({
      description: "End older jobs of this project and branch that have not run; else as the suite file says",
    }),
  })
  .meta({ id: "SubmissionRequest" });

/** The query parameters of an upload. */
export const uploadQuery = z.strictObject({ path: sourcePath });

const jobSummary = z.object({
  jobId: z.string(),
  test: z.string(),
  variant,
  state: z.enum(jobStates),
  verdict: z.enum(verdicts).nullable(),
  abortReason: z.enum(abortReasons).nullable(),
});

export const submissionView = z
  .object({
    submissionId: z.string(),
    state: z.enum(submissionStates),
    reason: z.string().nullable(),
    note: z.string().nullable().meta({ description: "How the source was understood, if it was ambiguous" }),
    failureIdentifier: z.string().nullable(),
    owner: z.string(),
    project: z.string(),
    branch: z.string(),
    revision: z.string(),
    submittedAt: time,
    jobs: z.array(jobSummary),
    warnings: z
      .array(z.object({ test: z.string(), text: z.string() }))
      .meta({ description: "Tests whose code could not be read for requirements; known after the code was read" }),
    links: z.object({ page: z.string() }),
  })
  .meta({ id: "Submission" });

export const evidenceView = z
  .object({ check: z.string(), result: z.enum(["good", "bad", "unknown", "note"]), detail: z.string(), at: time })
  .meta({ id: "EvidenceLine" });

const signatureView = z.object({
  name: z.string(),
  label: z.string(),
  cause: z.enum(signatureCauses),
  help: z.string().nullable(),
  link: z.string().nullable(),
  line: z.string(),
  lineNumber: z.int(),
  attempt: z.int(),
});

export const jobView = z
  .object({
    jobId: z.string(),
    submissionId: z.string(),
    test: z.string(),
    variant,
    owner: z.string(),
    project: z.string(),
    branch: z.string(),
    revision: z.string(),
    state: z.enum(jobStates),
    verdict: z.enum(verdicts).nullable(),
    abortReason: z.enum(abortReasons).nullable(),
    blame: z.enum(blames).nullable(),
    failureIdentifier: z.string().nullable(),
    flaky: z.boolean(),
    holds: z.array(
      z.object({
        reason: z.string(),
        service: z.string().nullable(),
        detail: z.string(),
        since: time,
        until: nullableTime,
      }),
    ),
    attempts: z.array(
      z.object({
        number: z.int(),
        purpose: z.enum(purposes),
        machine: z.string(),
        companion: z.string().nullable().meta({
          description: "The comparison run that made the attempt and has its log; null for an attempt of this job",
        }),
        startedAt: time,
        endedAt: nullableTime,
        outcome: z.enum(outcomes).nullable(),
        failureIdentifier: z.string().nullable(),
        failing: z.array(z.string()).meta({ description: "The first failing subtests" }),
        counts: z
          .record(z.string(), z.int())
          .nullable()
          .meta({ description: "Subtests by result; null if there is only an exit code" }),
      }),
    ),
    told: z
      .object({ how: z.enum(notifiedBy), messageId: z.string().nullable() })
      .nullable()
      .meta({ description: "How its result was sent, and in which mail; null until its digest is sent" }),
    mailNotBefore: nullableTime.meta({ description: "No mail about it is sent before this time" }),
    ...doubtFields,
    evidence: z.array(evidenceView),
    signatures: z
      .array(signatureView)
      .meta({ description: "Known lines of the logs with their labels; they do not affect the verdict" }),
    ...codeFields,
    submittedAt: time,
    begunAt: nullableTime.meta({ description: "When reading its code began; null while it waits for its turn" }),
    startedAt: nullableTime,
    finishedAt: nullableTime,
    links: z.object({
      page: z.string(),
      log: z.string(),
      history: z.string().nullable(),
      notMyCode: z.string().nullable().meta({ description: "Where to say that a failure is not about the code" }),
    }),
  })
  .meta({ id: "Job" });

export const jobList = z
  .object({
    jobs: z.array(jobView),
    next: z.string().nullable().meta({ description: "Value of `before` for the next page; null on the last page" }),
  })
  .meta({ id: "JobList" });

export const cancelRequest = z.object({ by }).prefault({});

export const whyView = z
  .object({
    jobId: z.string(),
    state: z.enum(jobStates),
    verdict: z.enum(verdicts).nullable(),
    summary: z.string(),
    reasons: z.array(z.string()),
    verifying: verificationProgressView.nullable().meta({ description: "Set while a failure is verified" }),
    holdBudget: z
      .object({ leftMs: z.number(), text: z.string() })
      .nullable()
      .meta({ description: "Of a held job: how long it can be held until it ends as abort" }),
    runbooks: z
      .array(z.object({ service: z.string(), runbook: z.string() }))
      .meta({ description: "Of a held job: how to repair the services that hold it" }),
    machines: z.array(z.object({ machine: z.string(), answer: z.string() })),
    requirements: codeFields.requirements,
    analysis: codeFields.analysis,
    use: codeFields.use,
    recommend: codeFields.recommend,
    evidence: z.array(evidenceView),
    changes: z
      .array(z.object({ name: z.string(), value: z.string(), isNotable: z.boolean() }))
      .meta({ description: "For a failure: what changed since the last pass" }),
  })
  .meta({ id: "Why" });

export const problemView = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    mistakes: z
      .array(z.object({ file: z.string(), line: z.int(), column: z.int(), message: z.string() }))
      .optional()
      .meta({ description: "The mistakes in a file, with their places" }),
  })
  .meta({ id: "Problem" });
