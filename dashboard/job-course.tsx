import type { Outcome } from "../domain/states.js";
import { outcomeTexts } from "../domain/verdict/outcome-text.js";
import { toneOf, When } from "./layout.js";
import { Timeline } from "./timeline.js";

interface EvidenceLine {
  check: string;
  result: string;
  detail: string;
  at: string;
}

/** The parts of a job that its timeline and its log show. */
export interface JobCourse {
  jobId: string;
  submittedAt: string;
  finishedAt: string | null;
  attempts: {
    number: number;
    purpose: string;
    machine: string;
    startedAt: string;
    endedAt: string | null;
    outcome: Outcome | null;
  }[];
  holds: { reason: string; detail: string; since: string; until: string | null }[];
  links: { log: string };
}

/** Lines that are not good come first. The good ones are folded. */
export function Evidence({ lines }: { lines: EvidenceLine[] }) {
  if (lines.length === 0) return null;
  const good = lines.filter(({ result }) => result === "good");
  const others = lines.filter(({ result }) => result !== "good");
  return (
    <section>
      <h2>Evidence</h2>
      <EvidenceLines lines={others} />
      {good.length === 0 ? null : (
        <details>
          <summary>{good.length} good</summary>
          <EvidenceLines lines={good} />
        </details>
      )}
    </section>
  );
}

function EvidenceLines({ lines }: { lines: EvidenceLine[] }) {
  return (
    <ul>
      {lines.map(({ check, result, detail, at }) => (
        <li class={toneOf(result)}>
          {check}: {detail}{" "}
          <span class="soft">
            ({result}, <When at={at} />)
          </span>
        </li>
      ))}
    </ul>
  );
}

/** The end of the log. The page's script shows the whole log as it grows. */
export function Log({ job, tail, attempt }: { job: JobCourse; tail: string; attempt: number }) {
  if (job.attempts.length === 0) return null;
  return (
    <section>
      <h2>Log of attempt {attempt}</h2>
      <p>
        <label>
          Search <input type="search" data-keep />
        </label>{" "}
        <span class="log-note soft" role="status" data-keep /> <a href={job.links.log}>whole log</a>
      </p>
      <pre
        class="log"
        id={`log-${attempt}`}
        tabIndex={0}
        data-log={`/api/v1/jobs/${job.jobId}/log/events?attempt=${attempt}`}
        data-keep
      >
        {tail}
      </pre>
    </section>
  );
}

/** The styles of bars. */
const barOf: Partial<Record<Outcome, string>> = {
  passed: "passed",
  candidate: "failed",
  dirty: "stopped",
  infrastructure: "stopped",
};

/** Attempts and holds on one time axis. */
export function JobTimeline({ job, now }: { job: JobCourse; now: string }) {
  if (job.attempts.length === 0 && job.holds.length === 0) return null;
  const to = job.finishedAt ?? now;
  const attempts = job.attempts.map(({ number, machine, purpose, outcome, startedAt, endedAt }) => ({
    name: `attempt ${number} on ${machine}`,
    bars: [
      {
        kind: (outcome === null ? undefined : barOf[outcome]) ?? "job",
        since: startedAt,
        until: endedAt ?? to,
        detail: `${purpose}, ${outcome === null ? "runs" : outcomeTexts[outcome]}`,
      },
    ],
  }));
  const reasons = [...new Set(job.holds.map(({ reason }) => reason))];
  const holds = reasons.map((reason) => ({
    name: `held: ${reason}`,
    bars: job.holds
      .filter((hold) => hold.reason === reason)
      .map(({ since, until, detail }) => ({
        kind: "hold",
        since,
        until: until === null || until > to ? to : until,
        detail,
      })),
  }));
  return (
    <section>
      <h2>Timeline</h2>
      <Timeline from={job.submittedAt} to={to} rows={[...holds, ...attempts]} />
    </section>
  );
}
