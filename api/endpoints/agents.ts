import { isControl } from "../../domain/jobs/job-role.js";
import { randomBytes } from "node:crypto";
import type { Router } from "express";
import { readGridConfig } from "../../db/grid/grid-config.js";
import { readJobFacts, setJobState } from "../../db/jobs/jobs.js";
import { readLease, renewLeases, startAttempt } from "../../db/queue/leases.js";
import { appendLog } from "../../db/jobs/logs.js";
import { recordAudit } from "../../db/access/audit.js";
import { reportMachine } from "../../db/machines/machines.js";
import { countAttemptsByService } from "../../db/services/watch-pace.js";
import { noteReturn } from "../../db/machines/machine-return.js";
import { reportMachineServices } from "../../db/machines/machine-services.js";
import { isOverruledUp, readServices } from "../../db/services/services.js";
import { serviceAddresses } from "../../domain/health/service-address.js";
import { limitsOf } from "../../domain/jobs/attempt-limits.js";
import type { AttemptPlan, MachineOrders, WatchOrder } from "../../domain/jobs/attempt-plan.js";
import { countingPolicy, flappingPolicy } from "../../domain/config/counting.js";
import { type GridConfig, isWatchedByMachines } from "../../domain/config/grid-file.js";
import { paceMs } from "../../domain/health/watch-pace.js";
import { provingServices, textsOf } from "../../domain/requirements/requirement.js";
import { artifactLimits } from "../../domain/results/artifact-limits.js";
import type { Queries } from "../../db/connect.js";
import { secretsOfJob, takeSecrets } from "../../db/access/secrets.js";
import { readTraceParent } from "../../db/jobs/job-trace.js";
import { formatTraceParent, parseTraceParent } from "../../domain/jobs/trace.js";
import { attemptSpanId, traceIdOf } from "../../source/trace-ids.js";
import type { JobFacts } from "../../db/jobs/jobs.js";
import { whyNoSecrets } from "../../domain/access/secrets.js";
import { unseal } from "../../source/credentials.js";
import type { ApiDependencies } from "../dependencies.js";
import { createEndpoints } from "../endpoint.js";
import { assertOwnMachine, leaseOf } from "../requests/lease-holder.js";
import { Problem } from "../requests/problem.js";
import { WatchPace } from "../watch-pace.js";

/** Space for the notes about the parts that were left out of a log. */
const logMarginBytes = 2 ** 20;

/** Routes for the agents of machines. */
export function agentRoutes(dependencies: ApiDependencies): Router {
  const { database, access, tracing } = dependencies;
  const pace = new WatchPace(database);
  const { router, handle } = createEndpoints(access);

  handle("reportMachine", async ({ params: { machine }, body: reported }) => {
    assertOwnMachine(machine);
    const config = await readGridConfig(database);
    const known = config.machines[machine];
    if (known === undefined && Object.keys(config.machines).length > 0) {
      throw new Problem(
        "unknown-machine",
        `grid.yaml names no machine ${machine}; it names ${Object.keys(config.machines).join(", ")}`,
      );
    }
    const slots = known?.slots ?? 1;
    // A running agent cannot get more slots than it started with. It restarts for more.
    const usable = Math.min(slots, reported.slots ?? slots);
    const { isFresh, isNew, isFirst, awaySince } = await reportMachine(database, {
      machine,
      host: known?.host ?? machine,
      slots: usable,
      facts: { ...reported.facts, ...known?.facts },
      agent: reported.agent,
    });
    await reportMachineServices(database, machine, reported.services);
    if (isNew) await recordAudit(database, "monitor", "online", `machine:${machine}`, "it has joined the grid");
    if (isFresh) await noteReturn(database, machine, awaySince, dependencies.newId());
    const orders: MachineOrders = {
      slots,
      provision: known?.hooks.provision ?? null,
      confine: known?.confine ?? true,
      watch: watchOrders(config, Object.keys(config.machines).length),
      ...(await renewLeases(database, machine, reported.leases, isFirst ? "infinity" : reported.asOf)),
      pace: reported.leases.length === 0 ? {} : await pace.all(config),
      now: new Date().toISOString(),
    };
    return { ...orders };
  });

  handle("startAttempt", async ({ params: { leaseId }, body: wanted }) => {
    assertOwnMachine(wanted.machine);
    const [config, job] = await Promise.all([
      readGridConfig(database),
      readLease(database, leaseId).then(({ jobId }) => readJobFacts(database, jobId)),
    ]);
    const overruled = new Set((await readServices(database)).filter(isOverruledUp).map(({ name }) => name));
    const hasHook = config.machines[wanted.machine]?.hooks.provision !== undefined;
    const plan = await database.transaction().execute(async (transaction): Promise<AttemptPlan> => {
      const { definition } = job;
      const isBare = definition.prepare === null && definition.build === null && !hasHook;
      const { jobId, secret } = await startAttempt(transaction, {
        leaseId,
        secret: randomBytes(24).toString("base64url"),
        ...wanted,
        state: isBare ? "running" : "preparing",
      });
      const secrets = await secretsOfAttempt(transaction, job);
      const requirements = textsOf(job.requirements);
      const proving = provingServices(requirements, definition.disturbs);
      const counts = proving.length === 0 ? {} : await countAttemptsByService(transaction);
      return {
        jobId,
        secret,
        requirements,
        test: job.test,
        variant: job.variant,
        sourceHash: job.sourceHash,
        path: definition.path ?? "",
        revision: job.revision,
        branch: job.branch,
        ...(definition.network === undefined ? {} : { network: definition.network }),
        ...(secrets === undefined ? {} : { secrets }),
        ...(tracing.isOn ? { traceparent: await traceParentOf(transaction, jobId, wanted.attempt) } : {}),
        command: definition.command,
        prepare: definition.prepare,
        build: definition.build,
        timeoutMs: definition.timeoutMs,
        components: definition.components,
        services: proving.flatMap((name) => {
          const service = config.services[name];
          if (service === undefined || "test" in service.probe || overruled.has(name)) return [];
          const fromMachine = isWatchedByMachines(service) || service.from === "both";
          const everyMs = WatchPace.share(config, name, counts);
          return [{ name, probe: service.probe, timeoutMs: service.timeout, fromMachine, everyMs }];
        }),
        addresses: serviceAddresses(config.services),
        logLimitBytes: config.limits.log,
        reportLimitBytes: config.limits.report,
        limits: limitsOf(requirements, config.limits),
        isControl: isControl(job.role),
        results: definition.results,
        artifacts: { globs: definition.artifacts, ...artifactLimits(config.limits) },
      };
    });
    return { ...plan };
  });

  /** The secrets of a job's attempt. If an admin has deleted one, the job waits. @throws Problem */
  async function secretsOfAttempt(
    queries: Queries,
    { jobId, project, definition }: JobFacts,
  ): Promise<Record<string, string> | undefined> {
    const { secrets = [] } = definition;
    if (secrets.length === 0) return undefined;
    const secretsOf = await secretsOfJob(queries, jobId);
    const values = await takeSecrets(queries, project, secrets);
    const refusal = whyNoSecrets(secrets, { project, secretsOf, known: [...values.keys()] });
    if (refusal !== undefined) throw new Problem("secrets-refused", refusal);
    return Object.fromEntries(
      [...values].map(([name, value]) => [name, unseal<string>(value, dependencies.secretKey)]),
    );
  }

  handle("enterTest", async ({ request }) => {
    const { jobId } = await leaseOf(database, request);
    await setJobState(database, jobId, "running");
    return {};
  });

  handle("appendLog", async ({ query: { attempt, offset }, body: content, request }) => {
    // If the database was away, the agent sends the pieces when it is back.
    const { jobId } = await leaseOf(database, request, { attempt, mayBeLate: true });
    if (offset + content.length > (await readGridConfig(database)).limits.log + logMarginBytes)
      throw new Problem("log-too-large", "this is more than the grid keeps of a log (limits.log)");
    await appendLog(database, jobId, attempt, offset, content);
  });

  return router;
}

/** The place of an attempt in the trace of its submission. */
async function traceParentOf(queries: Queries, jobId: string, attempt: number): Promise<string> {
  const job = await readTraceParent(queries, jobId);
  const traceId = traceIdOf(job?.submissionId ?? "", parseTraceParent(job?.traceparent));
  return formatTraceParent({ traceId, spanId: attemptSpanId(jobId, attempt) });
}

function watchOrders(config: GridConfig, machines: number): WatchOrder[] {
  return Object.entries(config.services)
    .filter(([, service]) => isWatchedByMachines(service))
    .map(([service, each]) => ({
      service,
      probe: each.probe,
      // The rate limit also applies to a service that all machines probe.
      everyMs: each.scope === "machine" ? each.every : Math.max(each.every, paceMs(machines, each.rate)),
      timeoutMs: each.timeout,
      policy: countingPolicy(each, flappingPolicy(config)),
    }));
}
