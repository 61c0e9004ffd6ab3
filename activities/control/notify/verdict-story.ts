import { isComparison } from "../../../domain/verdict/attempt.js";
import type { Queries } from "../../../db/connect.js";
import { readGridConfig } from "../../../db/grid/grid-config.js";
import type { JobFacts } from "../../../db/jobs/jobs.js";
import { readFailingSince } from "../../../db/jobs/failing-since.js";
import { type JobStory, readRuns, readStory, type StoryAttempt } from "../../../db/jobs/job-story.js";
import { readLogEnds } from "../../../db/jobs/logs.js";
import { limitsOf } from "../../../domain/jobs/attempt-limits.js";
import { coveredMs } from "../../../domain/time/interval.js";
import { servicesOf, textsOf } from "../../../domain/requirements/requirement.js";
import { compareUse } from "../../../domain/requirements/service-use.js";
import { serviceAddress } from "../../../domain/health/service-address.js";
import { compareComponents } from "../../../domain/mail/details/component-changes.js";
import { missingProgramHint } from "../../../domain/mail/details/missing-program.js";
import { usedServicesHints } from "../../../domain/mail/details/used-services.js";
import { decisiveLines } from "../../../domain/mail/details/decisive-lines.js";
import { summarizeProof } from "../../../domain/mail/details/proof-summary.js";
import { reproduce } from "../../../domain/mail/details/reproduction.js";
import { discountUnbackedClaims } from "../../../domain/verdict/claims/claims.js";
import type { Ending } from "../../../domain/verdict/decision.js";
import { historyUrl, jobUrl, logUrl, notMyCodeUrl, sourceUrl } from "../../../mail/page-urls.js";
import type {
  AbortData,
  FailData,
  PassData,
  VerdictFrame,
  VerdictMail,
} from "../../../mail/verdict/verdict-mail-data.js";
import { jobWorkflowId } from "../../../workflows/messages.js";
import type { ControlDependencies } from "../dependencies.js";

const runsShown = 20;
/** Of longer logs only the beginning and the end are searched. */
const logBytes = 16 * 2 ** 20;

type VerdictData = (PassData | FailData | AbortData) & Pick<VerdictFrame, "components">;
type Frame = Omit<VerdictFrame, "components">;
type StoryDependencies = Pick<ControlDependencies, "publicUrl" | "temporalUi" | "namespace">;

export function createVerdictStory({ publicUrl, temporalUi, namespace }: StoryDependencies) {
  /** Reads everything that the mail about a new verdict says. */
  async function readVerdict(queries: Queries, job: JobFacts, ending: Ending): Promise<VerdictMail> {
    const read = await readStory(queries, job.jobId);
    const { verdict } = await readGridConfig(queries);
    // The mail shows the attempts as they were judged.
    const story =
      ending.verdict === "fail" ? { ...read, attempts: discountUnbackedClaims(read.attempts, verdict.claims) } : read;
    return {
      ...(await frameOf(queries, job, story, ending)),
      ...(await verdictOf(queries, job, story, ending)),
    };
  }

  async function frameOf(queries: Queries, job: JobFacts, story: JobStory, ending: Ending): Promise<Frame> {
    const history = historyUrl(temporalUi, namespace, jobWorkflowId(job.jobId));
    return {
      jobId: job.jobId,
      submissionId: job.submissionId,
      from: story.from,
      historyKey: story.historyKey,
      test: job.test,
      variant: job.variant,
      owner: story.owner,
      project: story.project,
      branch: story.branch,
      revision: story.revision,
      submittedAt: story.submittedAt,
      finishedAt: story.finishedAt,
      attempts: story.attempts.map(({ number, purpose, machine, outcome, startedAt, endedAt }) => ({
        number,
        purpose,
        machine,
        outcome,
        tookMs: spanOf(startedAt, endedAt),
      })),
      holds: story.holds.map(({ reason, since, until }) => ({ reason, since, heldMs: spanOf(since, until) })),
      heldMs: coveredMs(story.holds.map(({ since, until }) => ({ start: Date.parse(since), end: Date.parse(until) }))),
      evidence: ending.evidence,
      waived: story.waived,
      runs: (await readRuns(queries, story.historyKey, job.jobId, runsShown)).reverse(),
      links: {
        job: jobUrl(publicUrl, job.jobId),
        log: logUrl(publicUrl, job.jobId),
        history: history === null ? { notKnown: "this grid's Temporal UI has no known address" } : { is: history },
      },
    };
  }

  async function verdictOf(queries: Queries, job: JobFacts, story: JobStory, ending: Ending): Promise<VerdictData> {
    const { verdict, flaky, abortReason, failureIdentifier, evidence } = ending;
    const signatures = story.attempts.filter(isOwn).flatMap((attempt) => attempt.signatures);
    const components = compareComponents(componentsOf(story.attempts.filter(isOwn)), null);
    switch (verdict) {
      case "pass":
        const slow = evidence.some(({ check, result }) => check === "slow" && result === "note");
        return { verdict, flaky, slow, components };
      case "abort":
        return { verdict, abortReason, failureIdentifier, signatures, components };
      case "fail":
        return failureOf(queries, job, story, ending, signatures);
    }
  }

  async function failureOf(
    queries: Queries,
    job: JobFacts,
    story: JobStory,
    { failureIdentifier }: Ending,
    signatures: FailData["signatures"],
  ): Promise<FailData & Pick<VerdictFrame, "components">> {
    const failures = story.attempts.filter((attempt) => isOwn(attempt) && attempt.outcome === "candidate");
    // The first failure with a complete log.
    const isWhole = ({ evidence }: StoryAttempt) => !evidence.some(({ check }) => check === "log");
    const shown = failures.find(isWhole) ?? failures[0] ?? story.attempts.findLast(isOwn);
    const failing = failingOf(failures);
    const use = compareUse(
      failures.flatMap((attempt) => attempt.use ?? []),
      job.requirements ?? [],
    );
    const log = shown === undefined ? undefined : await readLogEnds(queries, job.jobId, shown.number, logBytes);
    const names = failing.map(({ name }) => name);
    const text = log?.toString("utf8") ?? "";
    const hint = missingProgramHint(text, textsOf(job.requirements), shown?.machine ?? "its machine");
    const excerpt = decisiveLines(text, names);
    const isCutOff = shown?.evidence.some(({ check, result }) => check === "log" && result === "unknown") === true;
    const { since, lastPass, comparedWith } = await readFailingSince(queries, { ...story, jobId: job.jobId });
    return {
      verdict: "fail",
      failureIdentifier: failureIdentifier ?? "code/test-failed",
      failing,
      proof: summarizeProof(story.attempts),
      hints: [
        ...(hint === undefined ? [] : [hint]),
        ...usedServicesHints(
          use,
          failures.flatMap((attempt) => attempt.evidence),
        ),
      ],
      isUseKnown: use !== null && use.isComplete && use.notRequired.length + use.others.length === 0,
      log: isCutOff
        ? { ...excerpt, why: `${excerpt.why}; the log is incomplete: its end has not reached the grid yet` }
        : excerpt,
      signatures,
      since,
      components: compareComponents(shown?.components ?? componentsOf(story.attempts), lastPass?.components ?? null),
      comparedWith,
      reproduction: reproduce({
        source:
          story.sourceKind === "git"
            ? { kind: "git", url: story.sourceUrl ?? "", revision: story.revision }
            : { kind: "upload", address: sourceUrl(publicUrl, job.sourceHash) },
        path: job.definition.path ?? "",
        definition: job.definition,
        variant: job.variant,
        services: await addressesOf(queries, job),
        memoryBytes: limitsOf(textsOf(job.requirements), (await readGridConfig(queries)).limits).memoryBytes,
      }),
      notMyCode: notMyCodeUrl(publicUrl, job.jobId),
    };
  }

  return { readVerdict };
}

/** An attempt of the job's own code, not a comparison run. */
function isOwn({ purpose }: StoryAttempt): boolean {
  return !isComparison(purpose);
}

/** Where the test finds the services that it requires. */
async function addressesOf(queries: Queries, { requirements }: JobFacts): Promise<Record<string, string>> {
  const { services } = await readGridConfig(queries);
  const found = servicesOf(textsOf(requirements)).flatMap((name) => {
    const address = services[name] === undefined ? undefined : serviceAddress(services[name].probe);
    return address === undefined ? [] : [[name, address] as const];
  });
  return Object.fromEntries(found);
}

/** Each failing subtest once, with the first message that it has. */
function failingOf(failures: readonly StoryAttempt[]): FailData["failing"] {
  const messages = new Map<string, string>();
  for (const { failing, subtests } of failures) {
    const named = subtests.length > 0 ? subtests : failing.map((name) => ({ name, message: "" }));
    for (const { name, message } of named) if ((messages.get(name) ?? "") === "") messages.set(name, message);
  }
  return [...messages].map(([name, message]) => ({ name, message }));
}

function componentsOf(attempts: readonly StoryAttempt[]): Record<string, string> {
  return Object.assign({}, ...attempts.map(({ components }) => components)) as Record<string, string>;
}

function spanOf(from: string, to: string): number {
  return Math.max(0, Date.parse(to) - Date.parse(from));
}
