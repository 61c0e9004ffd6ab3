import { Context } from "@temporalio/activity";
import { readGridView } from "../../../db/grid/grid-view.js";
import { type JobFacts, lockJob, readJobFacts, setRequirements } from "../../../db/jobs/jobs.js";
import { readServices } from "../../../db/services/services.js";
import { markReasonsStale } from "../../../db/queue/waiters.js";
import {
  codeGapOf,
  combineRequirements,
  type CodeAnalysis,
  emptyAnalysis,
  type JobRequirement,
  servicesOf,
} from "../../../domain/requirements/requirement.js";
import type { KnownServices } from "../../../analysis/evidence.js";
import { readGridConfig } from "../../../db/grid/grid-config.js";
import type { GridConfig } from "../../../domain/config/grid-file.js";
import { serviceAddresses } from "../../../domain/health/service-address.js";
import type { Ending } from "../../../domain/verdict/decision.js";
import { cancelled, rejected } from "../../../domain/verdict/endings.js";
import type { AnalyseInput, AnalyseResult } from "../../../workflows/contracts.js";
import type { ControlDependencies } from "../dependencies.js";
import { createDiscovery } from "./discovery.js";
import { stopOf, withHeartbeat } from "../../heartbeat.js";
import { type AwaitedComparisonRun, ensureComparisonRun, startComparisonRun } from "./comparison-runs.js";
import { resume, enqueue, waitForComparison } from "../queue/enqueue.js";

/** How long to wait for the analysis within a workflow task. */
const withinTaskMs = 1_000;
/** How many of a job's calls that the analysis did not understand are kept. */
const mostShown = 50;

export function createAnalysis(dependencies: ControlDependencies) {
  const { database, client, newId } = dependencies;
  const discovery = createDiscovery(dependencies);

  /** Finds out what a job requires, stores it, and puts the job into the queue. */
  async function analyse(input: AnalyseInput): Promise<AnalyseResult> {
    return withHeartbeat(() => analyseJob(input));
  }

  async function analyseJob({ jobId, parking }: AnalyseInput): Promise<AnalyseResult> {
    const job = await readJobFacts(database, jobId);
    if (job.verdict !== null) return { kind: "finished", verdict: job.verdict };
    const read =
      job.requirements === null ? await requirementsOf(job) : { requirements: job.requirements, analysis: null };
    if ("kind" in read) return { kind: "ending", ending: read };
    const { requirements, analysis } = read;
    let stale: string | null = null;
    let comparisonRun: AwaitedComparisonRun | null = null;
    const result = await database.transaction().execute(async (transaction): Promise<AnalyseResult> => {
      const locked = await lockJob(transaction, jobId);
      if (locked.verdict !== null) return { kind: "finished", verdict: locked.verdict };
      if (locked.cancelRequestedBy !== null)
        return { kind: "ending", ending: cancelled(locked.cancelRequestedBy, new Date().toISOString()) };
      if (locked.requirements === null)
        await setRequirements(transaction, jobId, requirements, analysis ?? emptyAnalysis);
      const grid = await readGridView(transaction);
      const { attempts, policy, decision, nextAttempt, graceMs } = await resume(transaction, locked, grid.config);
      if (decision.kind === "ending") return { kind: "ending", ending: decision };
      const known = {
        ...locked,
        requirements,
        codeGap: locked.role.kind === "user" ? (locked.codeGap ?? codeGapOf(analysis)) : null,
      };
      const queueTicket = decision.waits
        ? await waitForComparison(transaction, known, parking, grid)
        : await enqueue(transaction, known, parking, decision, grid);
      stale = queueTicket.stale;
      if (decision.companion !== null)
        comparisonRun = await ensureComparisonRun(transaction, known, decision.companion, newId);
      const parked = { ...queueTicket.parked, companion: comparisonRun };
      return { kind: "parked", parked, next: decision, attempts, nextAttempt, policy, graceMs };
    });
    if (stale !== null) await markReasonsStale(database, stale);
    if (comparisonRun !== null) await startComparisonRun(client, comparisonRun, job);
    return result;
  }

  async function requirementsOf(
    job: JobFacts,
  ): Promise<{ requirements: JobRequirement[]; analysis: CodeAnalysis } | Ending> {
    const config = await readGridConfig(database);
    const discovered = await withinPatience((stop) => discovery.discover(job, knownServices(config), stop));
    if ("refusal" in discovered) return rejected("user/unreadable-code", discovered.refusal, new Date().toISOString());
    const { notUnderstood, unread } = discovered.found;
    const { require, waive = {} } = job.definition;
    const { requirements, waived } = combineRequirements(require, discovered.found.requirements, waive);
    const refusal = await unknownService(requirements.filter(({ origin }) => origin === "discovered"));
    if (refusal !== undefined) return refusal;
    // A test that watches a service must also run while the service is down.
    const watched = job.role.kind === "monitor" ? `service:${job.role.service}` : undefined;
    return {
      requirements: requirements.filter(({ requirement }) => requirement !== watched),
      analysis: {
        notUnderstood: config.analysis.open !== "ignore" ? notUnderstood.slice(0, mostShown) : [],
        unread: config.analysis.unread !== "ignore" ? unread : null,
        waived,
      },
    };
  }

  /** The code may require a service that this grid does not define. Only its author can fix that. */
  async function unknownService(found: readonly JobRequirement[]): Promise<Ending | undefined> {
    if (found.length === 0) return undefined;
    const services = new Set((await readServices(database)).map(({ name }) => name));
    for (const { requirement, chain } of found) {
      const [service] = servicesOf([requirement]);
      if (service === undefined || services.has(service)) continue;
      const place = chain.at(-1);
      return rejected(
        "user/unknown-requirement",
        `${place?.file ?? ""}:${place?.line ?? ""}: ${place?.name ?? ""} requires ${requirement}, which this grid does not define`,
        new Date().toISOString(),
      );
    }
    return undefined;
  }

  return { analyse };
}

/** The names by which a test's code can refer to the grid's services: addresses, mounted folders, and functions. */
function knownServices({ services, analysis }: GridConfig): KnownServices {
  const { functions, mounts } = analysis;
  const addresses = serviceAddresses(services).map(({ service, address }) => [address, service]);
  return {
    addresses: Object.fromEntries(addresses) as Record<string, string>,
    mounts: Object.fromEntries(Object.entries(mounts).map(([service, folder]) => [folder, service])),
    functions,
  };
}

/**
 * Waits for the analysis. A local activity waits only for a moment, because it runs within a workflow task. The analysis then
 * continues, and the activity that follows the task waits for it.
 */
async function withinPatience<T>(read: (stop: AbortSignal) => Promise<T>): Promise<T> {
  const stop = stopOf();
  if (!Context.current().info.isLocal) return read(stop);
  return read(AbortSignal.any([stop, AbortSignal.timeout(withinTaskMs)]));
}
