import type { Database } from "../../db/connect.js";
import { type JobView, readJobViews } from "../../db/jobs/job-views.js";
import { countResults } from "../../domain/jobs/submission-result.js";
import { testTitle } from "../../domain/jobs/variant.js";

const page = 500;

/** All jobs of a submission, oldest first. */
export async function readAllJobs(database: Database, submission: string): Promise<JobView[]> {
  const jobs: JobView[] = [];
  for (let before: string | undefined; ;) {
    const some = await readJobViews(database, { submission, before, limit: page });
    jobs.push(...some);
    if (some.length < page) return jobs.reverse();
    before = some.at(-1)?.jobId;
  }
}

/** The jobs as JUnit XML: one test case each. A job that was aborted or has not ended counts as skipped. */
export function toJUnit(name: string, jobs: readonly JobView[]): string {
  const counts = countResults(jobs);
  const failed = counts["fail"] ?? 0;
  const passed = counts["pass"] ?? 0;
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="${escape(name)}" tests="${jobs.length}" failures="${failed}" errors="0" skipped="${jobs.length - failed - passed}">
<testsuite name="${escape(name)}" tests="${jobs.length}" failures="${failed}" errors="0" skipped="${jobs.length - failed - passed}">
${jobs.map(testCase).join("\n")}
</testsuite>
</testsuites>
`;
}

function testCase(job: JobView): string {
  const seconds = job.startedAt === null || job.finishedAt === null ? 0 : secondsBetween(job.startedAt, job.finishedAt);
  const head = `<testcase classname="${escape(job.project)}" name="${escape(testTitle(job.test, job.variant))}" time="${seconds}"`;
  if (job.verdict === "pass") return `${head}/>`;
  const details = job.evidence.map(({ detail }) => detail).join("\n");
  if (job.verdict !== "fail") {
    const why = job.verdict === null ? `not ended: ${job.state}` : `aborted: ${job.abortReason}`;
    return `${head}><skipped message="${escape(why)}"/></testcase>`;
  }
  const last = job.attempts.findLast(({ companion, outcome }) => companion === null && outcome !== null);
  const failing = last?.failing ?? [];
  const message = `${job.failureIdentifier ?? "failed"}${failing.length === 0 ? "" : `: ${failing.slice(0, 5).join(", ")}`}`;
  return `${head}><failure message="${escape(message)}">${escape([...failing, details].join("\n"))}</failure></testcase>`;
}

function secondsBetween(from: string, to: string): string {
  return ((Date.parse(to) - Date.parse(from)) / 1_000).toFixed(3);
}

/** Escapes text for XML. Characters that XML does not allow become question marks. */
function escape(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "?")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
