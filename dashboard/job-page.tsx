import { Action, maySubmit } from "./actions.js";
import { Evidence, JobTimeline, Log } from "./job-course.js";
import type { Run } from "../domain/mail/details/runs.js";
import type { CodeAnalysis } from "../domain/requirements/requirement.js";
import type { UseComparison } from "../domain/requirements/service-use.js";
import type { Outcome } from "../domain/states.js";
import { outcomeTexts } from "../domain/verdict/outcome-text.js";
import { testTitle, type Variant } from "../domain/jobs/variant.js";
import type { VerificationProgress } from "../domain/verdict/verification-progress.js";
import { Claims, type DoubtsView, JobLink, RelatedJobs, Verifying } from "./doubts.js";
import { CodeNotes, UseNotes } from "./code-notes.js";
import { Patience } from "./patience.js";
import { FailureLink } from "./failures-page.js";
import { History, Signatures } from "./job-history.js";
import { Linked, renderPage, Row, toneOf, When, type Reader } from "./layout.js";
import { Artifacts, type ArtifactLine, countsText, FailedSubtests, type ResultsView } from "./results.js";

export interface JobPage {
  reader: Reader;
  /** ISO. */
  now: string;
  job: DoubtsView & {
    submittedAt: string;
    finishedAt: string | null;
    jobId: string;
    submissionId: string;
    test: string;
    variant: Variant;
    owner: string;
    project: string;
    branch: string;
    revision: string;
    state: string;
    verdict: string | null;
    failureIdentifier: string | null;
    attempts: {
      number: number;
      purpose: string;
      machine: string;
      companion: string | null;
      startedAt: string;
      endedAt: string | null;
      outcome: Outcome | null;
      failureIdentifier: string | null;
      counts: Record<string, number> | null;
    }[];
    holds: { reason: string; detail: string; since: string; until: string | null }[];
    signatures: { label: string; line: string; lineNumber: number; attempt: number; help: string | null }[];
    mailNotBefore: string | null;
    links: { log: string; history: string | null; notMyCode: string | null };
  };
  why: {
    summary: string;
    reasons: string[];
    holdBudget: { text: string } | null;
    runbooks: { service: string; runbook: string }[];
    verifying: VerificationProgress | null;
    machines: { machine: string; answer: string }[];
    requirements: { requirement: string; origin: string; chain: { name: string; file: string; line: number }[] }[];
    analysis: CodeAnalysis | null;
    use: UseComparison | null;
    recommend: string[];
    evidence: { check: string; result: string; detail: string; at: string }[];
    /** What changed since the last pass. */
    changes: { name: string; value: string; isNotable: boolean }[];
  };
  /** The last runs of the same test, oldest first. */
  runs: Run[];
  logTail: string;
  /** The attempt whose log is shown. */
  shownAttempt: number;
  results: ResultsView | null;
  artifacts: ArtifactLine[];
}

function outcomeOf({ outcome, endedAt }: JobPage["job"]["attempts"][number]): string {
  return outcome === null ? (endedAt === null ? "runs" : "stopped") : outcomeTexts[outcome];
}

export function jobPage({ reader, now, job, why, runs, logTail, shownAttempt, results, artifacts }: JobPage): string {
  const address = `/api/v1/jobs/${job.jobId}`;
  return renderPage({ title: testTitle(job.test, job.variant), live: `${address}/events`, reader }, [
    <h2>
      {testTitle(job.test, job.variant)}:{" "}
      <span class={toneOf(job.verdict ?? job.state)}>{job.verdict ?? job.state}</span>
    </h2>,
    <p class="one">{why.summary}</p>,
    <ul>
      {why.reasons.map((reason) => (
        <li class="held">{reason}</li>
      ))}
      {why.runbooks.map(({ service, runbook }) => (
        <li>
          Runbook of {service}: <Linked text={runbook} />
        </li>
      ))}
    </ul>,
    why.holdBudget === null ? null : <p>{why.holdBudget.text}</p>,
    maySubmit(reader.role) ? (
      <p>
        <Action api={`POST ${address}/rerun`} label="Run again" then="/jobs/{jobId}" />
        {job.verdict === null ? (
          <Action api={`POST ${address}/cancel`} label="Cancel" confirm="Cancel this job?" />
        ) : null}
      </p>
    ) : null,
    job.verdict === null ? <Patience jobId={job.jobId} mailNotBefore={job.mailNotBefore} role={reader.role} /> : null,
    <RelatedJobs {...job} />,
    <Verifying progress={why.verifying} />,
    <Claims notMyCode={job.notMyCode} link={job.links.notMyCode} />,
    <FailedSubtests results={results} />,
    <Signatures found={job.signatures} />,
    <Log job={job} tail={logTail} attempt={shownAttempt} />,
    why.changes.length === 0 ? null : <h2>What changed</h2>,
    why.changes.length === 0 ? null : (
      <table>
        {why.changes.map(({ name, value, isNotable }) => (
          <Row name={name}>
            <span class={isNotable ? "held" : ""}>{value}</span>
          </Row>
        ))}
      </table>
    ),
    <JobTimeline job={job} now={now} />,
    <History runs={runs} project={job.project} test={job.test} />,
    <h2>Job</h2>,
    <table>
      <Row name="Job">{job.jobId}</Row>
      <Row name="Submission">
        <a href={`/submissions/${job.submissionId}`}>{job.submissionId}</a>
      </Row>
      <Row name="Project">{`${job.project} (${job.branch}) @ ${job.revision}`}</Row>
      <Row name="Owner">{job.owner}</Row>
      {job.failureIdentifier === null ? null : (
        <Row name="Failure">
          <FailureLink identifier={job.failureIdentifier} />
        </Row>
      )}
      <Row name="Links">
        <a href={job.links.log}>log</a>{" "}
        {job.links.history === null ? "" : <a href={job.links.history}>Temporal history</a>}
      </Row>
    </table>,
    <Evidence lines={why.evidence} />,
    <h2>Requirements</h2>,
    why.requirements.length === 0 ? <p class="soft">None.</p> : null,
    <ul>
      {why.requirements.map(({ requirement, origin, chain }) => (
        <li>
          <code>{requirement}</code> {origin}
          {chain.length === 0
            ? ""
            : `: ${chain.map(({ name, file, line }) => `${name} (${file}:${line})`).join(" → ")}`}
        </li>
      ))}
    </ul>,
    why.recommend.length > 0 ? <p class="soft">It can use, but does not need: {why.recommend.join(", ")}.</p> : null,
    <CodeNotes analysis={why.analysis} />,
    <UseNotes use={why.use} />,
    <h2>Attempts</h2>,
    <table>
      {job.attempts.map((attempt) => (
        <tr>
          <td>{attempt.number}</td>
          <td>
            {attempt.purpose}
            {attempt.companion === null ? null : [", for comparison, as job ", <JobLink jobId={attempt.companion} />]}
          </td>
          <td>{attempt.machine}</td>
          <td class={toneOf(attempt.outcome)}>{outcomeOf(attempt)}</td>
          <td>
            <FailureLink identifier={attempt.failureIdentifier} />
          </td>
          <td>{countsText(attempt.counts)}</td>
          <td class="soft">
            <When at={attempt.startedAt} /> – {attempt.endedAt === null ? "" : <When at={attempt.endedAt} />}
          </td>
        </tr>
      ))}
    </table>,
    <Artifacts artifacts={artifacts} />,
    job.holds.length === 0 ? null : <h2>Holds</h2>,
    <table>
      {job.holds.map(({ reason, detail, since, until }) => (
        <tr>
          <td>
            <FailureLink identifier={reason} />
          </td>
          <td>{detail}</td>
          <td class="soft">
            <When at={since} /> – {until === null ? "" : <When at={until} />}
          </td>
        </tr>
      ))}
    </table>,
    why.machines.length === 0 ? null : <h2>Machines</h2>,
    <table>
      {why.machines.map(({ machine, answer }) => (
        <tr>
          <td>{machine}</td>
          <td>{answer}</td>
        </tr>
      ))}
    </table>,
  ]);
}
