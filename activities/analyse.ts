import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { Analyst, UnreadableCodeError } from "../analysis/analyst.js";
import { filesNamedIn } from "../analysis/requirements.js";
import { readGridView } from "../db/grid-view.js";
import { type JobFacts, lockJob, readJobFacts, setRequirements } from "../db/jobs.js";
import { readServices } from "../db/services.js";
import { readSource } from "../db/sources.js";
import { unsettle } from "../db/waiters.js";
import { type JobRequirement, servicesOf } from "../domain/requirement.js";
import type { Ending } from "../domain/verdict/decision.js";
import { cancelled, rejected } from "../domain/verdict/endings.js";
import { unpack } from "../source/unpack.js";
import type { AnalyseInput, AnalyseResult } from "../workflows/contracts.js";
import type { ControlDependencies } from "./dependencies.js";
import { type AwaitedCompanion, ensureCompanion, startCompanion } from "./companions.js";
import { resume, standInLine, stepAside } from "./parking.js";

const cacheSize = 1_000;

export function createAnalysis({ database, client, scratch, newId }: ControlDependencies) {
  const analyst = new Analyst();
  const cache = new Map<string, JobRequirement[]>();

  /** Finds out what a job requires, writes it, and puts the job in line. */
  async function analyse({ jobId, parking }: AnalyseInput): Promise<AnalyseResult> {
    const job = await readJobFacts(database, jobId);
    if (job.verdict !== null) return { kind: "finished", verdict: job.verdict };
    const requirements = job.requirements ?? (await requirementsOf(job));
    if ("kind" in requirements) return { kind: "ending", ending: requirements };
    let stale: string | null = null;
    let beside: AwaitedCompanion | null = null;
    const result = await database.transaction().execute(async (transaction): Promise<AnalyseResult> => {
      const locked = await lockJob(transaction, jobId);
      if (locked.verdict !== null) return { kind: "finished", verdict: locked.verdict };
      if (locked.cancelRequestedBy !== null)
        return { kind: "ending", ending: cancelled(locked.cancelRequestedBy, new Date().toISOString()) };
      if (locked.requirements === null) await setRequirements(transaction, jobId, requirements);
      const grid = await readGridView(transaction);
      const { attempts, policy, decision, nextAttempt, graceMs } = await resume(transaction, locked, grid.config);
      if (decision.kind === "ending") return { kind: "ending", ending: decision };
      const known = { ...locked, requirements };
      const stood = decision.waits
        ? await stepAside(transaction, known, parking, grid)
        : await standInLine(transaction, known, parking, decision, grid);
      stale = stood.stale;
      if (decision.companion !== null) beside = await ensureCompanion(transaction, known, decision.companion, newId);
      const parked = { ...stood.parked, companion: beside };
      return { kind: "parked", parked, next: decision, attempts, nextAttempt, policy, graceMs };
    });
    if (stale !== null) await unsettle(database, stale);
    if (beside !== null) await startCompanion(client, beside, job);
    return result;
  }

  async function requirementsOf(job: JobFacts): Promise<JobRequirement[] | Ending> {
    const declared: JobRequirement[] = job.definition.require.map((requirement) => ({
      requirement,
      origin: "declared",
      chain: [],
    }));
    const discovered = await discover(job);
    if (!Array.isArray(discovered)) return discovered;
    const found = discovered.filter(({ requirement }) => !job.definition.require.includes(requirement));
    const all = (await unknownService(found)) ?? [...declared, ...found];
    // A test that watches a service must run while that is down.
    return Array.isArray(all) ? all.filter(({ requirement }) => requirement !== `service:${job.monitors}`) : all;
  }

  /** Discovered in the stored source; the same code in the same source is read once. */
  async function discover({ sourceHash, definition }: JobFacts): Promise<JobRequirement[] | Ending> {
    if (definition.code === null && filesNamedIn(definition.command).length === 0) return [];
    const key = JSON.stringify([sourceHash, definition.code ?? definition.command]);
    const known = cache.get(key);
    if (known !== undefined) return known;
    const content = await readSource(database, sourceHash);
    if (content === undefined) throw new Error(`the source ${sourceHash} is not stored`);
    const folder = await mkdtemp(join(scratch, "analysis-"));
    try {
      await unpack(content, folder);
      const found = await analyst.find(folder, definition.code, definition.command);
      if (cache.size >= cacheSize) cache.delete([...cache.keys()][0]!);
      cache.set(key, found);
      return found;
    } catch (error) {
      if (error instanceof UnreadableCodeError)
        return rejected("user/unreadable-code", error.message, new Date().toISOString());
      throw error;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Code may require what this grid does not define; nobody could ever mend that but its author. */
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
