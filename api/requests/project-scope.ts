import { pagesOfProjects } from "../../dashboard/layout.js";
import type { Database } from "../../db/connect.js";
import { projectOf } from "../../db/jobs/submission-lists.js";
import type { RouteName } from "../contract/routes.js";
import { type Caller } from "./caller.js";
import { assertProject } from "./ownership.js";
import { Problem } from "./problem.js";

/** Routes that a token for one project may use, besides those of its jobs and submissions. Lists show it only its project. */
const forEveryProject: ReadonlySet<RouteName> = new Set<RouteName>([
  "readSession",
  "createSignInLink",
  "uploadSource",
  "submit",
  "listJobs",
  "listSubmissions",
  "listRuns",
  "listTriggers",
  "createTrigger",
  "deleteTrigger",
  "runTrigger",
  "readStatistics",
  "readGrid",
  "listServices",
  "readService",
  "readMachine",
  "listMachines",
  "listPauses",
  "listExclusions",
  "listFailures",
  "readGridSchema",
  "readSuiteSchema",
  "followGrid",
  "readBadge",
  "readPreference",
  "setPreference",
]);

/** Pages that a token for one project may open, besides those of its jobs and submissions. They show it only its project. */
const pagesForEveryProject: ReadonlySet<string> = new Set([...pagesOfProjects, "/tests", "/page.js", "/chart.js"]);

/** Refuses a token for one project on pages about other projects. @throws Problem */
export async function assertPageInScope(database: Database, { project: only }: Caller, path: string): Promise<void> {
  if (only === null || pagesForEveryProject.has(path) || /^\/(?:services|machines)\//.test(path)) return;
  const [, kind, id] = /^\/(jobs|submissions)\/([^/]+)/.exec(path) ?? [];
  if (id === undefined)
    throw new Problem(
      "wrong-project",
      `this token is for the project ${only} only, and this page is about the whole grid`,
    );
  await assertProjectOf(database, kind === "jobs" ? { jobId: id } : { submissionId: id });
}

/** Limits a token for one project to that project. @throws Problem */
export async function assertInScope(
  database: Database,
  { project: only }: Caller,
  name: RouteName,
  params: Record<string, unknown>,
): Promise<void> {
  if (only === null || forEveryProject.has(name)) return;
  const { jobId, submissionId } = params as { jobId?: string; submissionId?: string };
  if (jobId === undefined && submissionId === undefined)
    throw new Problem("wrong-project", `this token is for the project ${only} only, and this is about the whole grid`);
  await assertProjectOf(database, { jobId, submissionId });
}

/** Lets an unknown job or submission through, since its handler refuses it. @throws Problem */
async function assertProjectOf(database: Database, ids: Parameters<typeof projectOf>[1]): Promise<void> {
  const project = await projectOf(database, ids);
  if (project !== undefined) assertProject(project);
}
