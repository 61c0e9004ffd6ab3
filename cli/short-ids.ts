import type { GridClient } from "../client/grid-client.js";
import { CommandError } from "./exit-codes.js";
import { readProfiles } from "./profiles.js";

const longId = 26;
/** Shorter ends of ids are not searched. */
const shortest = 4;
const jobsLookedAt = 500;

/**
 * The id of a job that is named by `@last`, or by the end of its id. `@last` is a job of the last submission: a failed one,
 * else one without a verdict, else the first.
 * @throws CommandError if several jobs match, or if `@last` has no jobs
 */
export async function findJobId(grid: GridClient, env: NodeJS.ProcessEnv, given: string): Promise<string> {
  if (given === "@last") {
    const { jobs } = await grid.submission(lastSubmission(env));
    const job =
      jobs.find(({ verdict }) => verdict === "fail") ?? jobs.find(({ verdict }) => verdict === null) ?? jobs[0];
    if (job === undefined) throw new CommandError("the last submission has no jobs");
    return job.jobId;
  }
  if (given.length >= longId || given.length < shortest || !/^[\da-z]+$/i.test(given)) return given;
  const { jobs } = await grid.jobs({ limit: String(jobsLookedAt) });
  const found = jobs.filter(({ jobId }) => jobId.endsWith(given.toLowerCase()));
  if (found.length > 1)
    throw new CommandError(`${given} is the end of ${found.length} ids: ${found.map(({ jobId }) => jobId).join(", ")}`);
  return found[0]?.jobId ?? given;
}

/** `@last`, or the id as it is given. @throws CommandError */
export function submissionIdOf(env: NodeJS.ProcessEnv, given: string): string {
  return given === "@last" ? lastSubmission(env) : given;
}

function lastSubmission(env: NodeJS.ProcessEnv): string {
  const { last } = readProfiles(env);
  if (last === null) throw new CommandError("@last: nothing was submitted from here yet");
  return last;
}
