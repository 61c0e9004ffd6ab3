import type { ComparisonRun } from "../../db/jobs/comparison-runs.js";
import type { JobView, Position, RunningJob } from "../../db/jobs/job-views.js";
import { exclusivityConflicts } from "../../domain/matching/exclusive-resources.js";
import { helpOf } from "../../domain/failures/failures.js";
import type { ResourcesInUse } from "../../domain/matching/fair-share.js";
import type { GridView } from "../../domain/matching/grid-view.js";
import { assess, classOf } from "../../domain/matching/eligibility.js";
import { servicesOf } from "../../domain/requirements/requirement.js";
import { patienceMs, placesFor, preferNot } from "../../domain/matching/placement.js";
import { correctionText, outageText } from "../../domain/verdict/reverification/correction.js";
import { comparisonText, purposeText, verificationProgress } from "../../domain/verdict/verification-progress.js";
import type { GridConfig } from "../../domain/config/grid-file.js";
import type { BudgetState } from "../../domain/holds/hold-budget.js";
import { timeOf } from "../../domain/time/time-text.js";
import { formatDuration } from "../../domain/time/duration.js";
import { assertNever } from "../../domain/states.js";

const waitsForPlace = `Its next run says most on a machine that cannot take it now. It waits for that machine for ${patienceMs / 60_000} minutes, then it runs elsewhere.`;

/** Facts about a job besides its own fields. */
export interface JobContext {
  /** Its position in the queue; undefined if it has none. */
  position: Position | undefined;
  running: readonly RunningJob[];
  /** The comparison run that it waits for; undefined if there is none. */
  comparison: ComparisonRun | undefined;
  /** Of a held job; null for others. */
  budget: BudgetState | null;
}

/** Explains the state of a job for people; the same in API, CLI and page. */
export function explain(
  job: JobView,
  grid: GridView & { config: Pick<GridConfig, "services"> },
  { position, running, comparison, budget }: JobContext,
) {
  const assessment = assess(classOf(job, grid), grid);
  const { eligible, rejectedBecause, reasons } = assessment;
  const places = position === undefined ? eligible : placesFor(position, assessment);
  const preferred = new Set(preferNot(places, position?.avoid ?? []).map(({ name }) => name));
  const machines = grid.machines.map(({ name, slots }) => {
    const jobs = running.filter(({ machine }) => machine === name);
    const busy =
      jobs.length < slots ? "free" : `busy with ${jobs.map(({ jobId, test }) => `${test} (${jobId})`).join(", ")}`;
    const avoided = preferred.has(name) ? "" : ", but this job goes elsewhere if it can";
    const fit = reasons.length === 0 ? "could run it" : "could run it once what holds it is over";
    return { machine: name, answer: rejectedBecause[name] ?? `${fit}, ${busy}${avoided}` };
  });
  const openHolds = job.holds.filter(({ until }) => until === null || until > grid.now);
  const texts = reasons.map(({ text }) => text);
  for (const hold of openHolds) {
    if (hold.until !== null) texts.push(`${hold.detail} Not before ${timeOf(hold.until)}.`);
  }
  return {
    jobId: job.jobId,
    state: job.state,
    verdict: job.verdict,
    summary: summaryOf(job, position, openHolds.at(-1)?.since),
    reasons:
      job.state === "waiting"
        ? [
            ...(eligible.length > 0 && places.length === 0 ? [waitsForPlace] : []),
            ...releasing(job, grid),
            ...exclusivityConflicts(needsOf(job, position), running),
          ]
        : job.state === "held"
          ? texts.length > 0
            ? texts
            : openHolds.map(({ detail }) => detail)
          : [],
    verifying: needsVerification(job)
      ? verificationProgress({ ...job, inLineFor: position?.purpose ?? null, companion: comparison ?? null })
      : null,
    holdBudget: budget === null ? null : { leftMs: budget.leftMs, text: budgetText(budget) },
    runbooks: job.state === "held" ? runbooksFor(job, grid) : [],
    machines: job.verdict === null ? machines : [],
    requirements: job.requirements,
    analysis: job.analysis,
    use: job.use,
    recommend: job.recommend,
    evidence: job.evidence,
  };
}

/** Why a job that could run still waits: it needs services whose jobs are released gradually. */
function releasing({ requirements }: JobView, { services }: GridView): string[] {
  const needed = new Set(servicesOf(requirements.map(({ requirement }) => requirement)));
  return services
    .filter(({ name, release }) => release !== null && needed.has(name))
    .map(
      ({ name, release }) => `service ${name} has come back; its jobs are released gradually, now ${release} at a time`,
    );
}

function budgetText({ leftMs, ends }: BudgetState): string {
  const after = `If nothing changes for another ${formatDuration(leftMs)}, it ends as abort, with one mail`;
  return ends === "unsatisfiable" ? `${after}: no machine of this grid can run it.` : `${after}.`;
}

/** How to repair the services that a job needs and that are not up. */
function runbooksFor({ requirements }: JobView, { services, config }: Parameters<typeof explain>[1]) {
  const needed = new Set(servicesOf(requirements.map(({ requirement }) => requirement)));
  return services.flatMap(({ name, state, cause }) => {
    if (!needed.has(name) || state === "up") return [];
    const runbook = config.services[cause ?? name]?.runbook;
    return runbook === undefined ? [] : [{ service: cause ?? name, runbook }];
  });
}

/** The services that a job uses, and what it uses exclusively. */
function needsOf({ requirements }: JobView, position: Position | undefined): ResourcesInUse {
  const services = servicesOf(requirements.map(({ requirement }) => requirement));
  return { uses: services.map((name) => `service:${name}`), exclusive: position?.exclusive ?? [] };
}

/** Whether the job's verdict needs proof. The verdict of a comparison run does not. */
function needsVerification({ runsFor }: JobView): boolean {
  return runsFor === null || runsFor.purpose === "reopen";
}

function summaryOf(job: JobView, position: Position | undefined, heldSince: string | undefined): string {
  const { runsFor } = job;
  const whose = runsFor === null ? "" : ` It runs for job ${runsFor.jobId}: ${comparisonText(runsFor.purpose)}.`;
  return `${stateText(job, position, heldSince)}${whose}${doubtText(job)}`;
}

/** What happened to an alarm after it was sent. */
function doubtText({ correctedBy }: JobView): string {
  if (correctedBy === null) return "";
  const { jobId, verdict, because } = correctedBy;
  return ` Its verdict is in doubt, since something was recorded later: ${because.map(outageText).join("; ")}. ${correctionText(verdict)} See job ${jobId}.`;
}

function aheadText(ahead: number): string {
  return ahead === 1 ? "1 job is" : `${ahead} jobs are`;
}

function stateText(job: JobView, position: Position | undefined, heldSince: string | undefined): string {
  const purpose = position === undefined ? "" : purposeText(position.purpose);
  switch (job.state) {
    case "analysing":
      return job.begunAt === null
        ? "It waits for its turn: other jobs of its owner, or of others, begin first."
        : "Its code is being read for requirements.";
    case "waiting":
      if (position?.endingOn != null)
        return `It waits until ${position.endingOn} has ended its last attempt, at the latest until ${position.endingUntil === null ? "an unknown time" : timeOf(position.endingUntil)}.`;
      return `It waits for a machine${purpose}; ${aheadText(position?.ahead ?? 0)} ahead of it.`;
    case "held":
      return `It is held${heldSince === undefined ? "" : ` since ${timeOf(heldSince)}`}: it cannot run now.`;
    case "preparing":
    case "running":
      return `It is ${job.state} on ${job.attempts.at(-1)?.machine ?? "a machine"}, attempt ${job.attempts.at(-1)?.number ?? 1}.`;
    case "verifying":
      return "Its last attempt is being compared with what the grid knows about its environment.";
    case "finished":
      return `It ended: ${[job.verdict, job.abortReason].filter((part) => part !== null).join(", ")}.${job.failureIdentifier === null ? "" : ` ${job.failureIdentifier}: ${helpOf(job.failureIdentifier)}`}`;
    default:
      return assertNever(job.state);
  }
}
