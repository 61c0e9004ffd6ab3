import type { Database } from "../../db/connect.js";
import { countMails } from "../../db/mail/mails.js";
import { readGridView } from "../../db/grid/grid-view.js";
import { countJobs, readRunning } from "../../db/jobs/job-views.js";

/** The grid at one moment: machines, services, counts. @param project whose jobs are shown; null for all projects */
export async function readOverview(database: Database, project: string | null) {
  const [parts, counts, mails] = await Promise.all([
    readParts(database, project),
    countJobs(database),
    countMails(database),
  ]);
  return { states: counts.states, lastDay: counts.lastDay, ...parts, ...mails };
}

/** The machines and services of the grid, without the counts. */
export async function readParts(database: Database, project: string | null) {
  const [grid, running] = await Promise.all([readGridView(database), readRunning(database)]);
  return {
    services: grid.services,
    machines: grid.machines.map((machine) => {
      const jobs = running
        .filter((lease) => lease.machine === machine.name)
        .filter((lease) => project === null || lease.project === project)
        .map(({ jobId, test }) => ({ jobId, test }));
      const isLeased = running.some((lease) => lease.machine === machine.name);
      const state = !machine.online ? ("offline" as const) : isLeased ? ("leased" as const) : ("idle" as const);
      return { ...machine, state, jobs };
    }),
    exclusions: grid.exclusions,
    pauses: grid.pauses,
  };
}
