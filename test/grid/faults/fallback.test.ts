import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Context } from "@temporalio/activity";
import { Client } from "@temporalio/client";
import { NativeConnection, Worker } from "@temporalio/worker";
import { cancelled } from "../../../domain/verdict/endings.js";
import { anotherAttempt } from "../../../domain/verdict/decision.js";
import { defaultVerdictPolicy } from "../../../domain/verdict/policy.js";
import { packageRoot } from "../../../grid/package-root.js";
import { assignPorts } from "../../../grid/ports.js";
import { temporalSpec } from "../../../grid/temporal-server.js";
import type { AnalyseResult } from "../../../workflows/contracts.js";
import { analysisQueue, controlQueue, jobWorkflowId } from "../../../workflows/messages.js";
import { startJob } from "../../../workflows/starting.js";
import { infrastructureProblem } from "../../support/attempts.js";
import { eventually } from "../../support/eventually.js";

/** Longer than the time limit of a step within a workflow task. */
const tooLongMs = 6_000;

/** A job tries each step within its workflow task. If that does not succeed, the step continues as an activity. */
describe("a step that does not succeed within its workflow task", () => {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-fallback-"));
  let server: ChildProcess;
  let client: Client;
  let connection: NativeConnection;
  const workers: Worker[] = [];
  let running: Promise<unknown>;
  /** The trouble that a step has within the task, by job. */
  const withinTask = new Map<string, { step: string; trouble: "slow" | "failing" }>();
  const made: string[] = [];

  async function meet(step: string, jobId: string): Promise<void> {
    const { isLocal } = Context.current().info;
    made.push(`${jobId} ${step} ${isLocal ? "in the task" : "as an activity"}`);
    const wanted = withinTask.get(jobId);
    if (!isLocal || wanted?.step !== step) return;
    if (wanted.trouble === "failing") throw new Error("the database is away");
    await Context.current().sleep(tooLongMs);
  }

  const activities = {
    async analyse({ jobId }: { jobId: string }): Promise<AnalyseResult> {
      await meet("analyse", jobId);
      const step = withinTask.get(jobId)?.step;
      if (step === "analyse") return { kind: "finished", verdict: "pass" };
      if (step === "finish") return { kind: "ending", ending: cancelled("a test", new Date().toISOString()) };
      const parked = { held: false, reasons: [], budget: { leftMs: 60_000, ends: "budget" as never }, companion: null };
      const next = anotherAttempt("test", { waits: true });
      const policy = defaultVerdictPolicy;
      return {
        kind: "parked",
        parked,
        next,
        attempts: [infrastructureProblem()],
        nextAttempt: 2,
        policy,
        graceMs: 1_000,
      };
    },
    async park({ jobId }: { jobId: string }) {
      await meet("park", jobId);
      return { kind: "finished", verdict: "pass" };
    },
    async finish({ jobId }: { jobId: string }) {
      await meet("finish", jobId);
      return { verdict: "abort" };
    },
  };

  beforeAll(async () => {
    const ports = await assignPorts(folder, ["temporal", "ui"]);
    const spec = temporalSpec(folder, ports["temporal"]!, ports["ui"]!, "default");
    server = spawn(spec.command, spec.args, { env: spec.env, stdio: "ignore" });
    const address = `127.0.0.1:${ports["temporal"]}`;
    connection = await eventually("Temporal", () => NativeConnection.connect({ address }));
    client = new Client({ connection });
    for (const taskQueue of [controlQueue, analysisQueue]) {
      const options = { connection, taskQueue, activities, shutdownForceTime: "20s" } as const;
      const codePath = join(packageRoot, "dist/workflows/bundle.cjs");
      workers.push(
        await Worker.create(taskQueue === controlQueue ? { ...options, workflowBundle: { codePath } } : options),
      );
    }
    running = Promise.all(workers.map((worker) => worker.run()));
  });
  afterAll(async () => {
    workers.forEach((worker) => worker.shutdown());
    await running;
    await connection.close();
    server.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });

  for (const step of ["analyse", "park", "finish"] as const)
    for (const kind of ["slow", "failing"] as const)
      test(`${step}, ${kind}: continues as an activity, and the job ends`, async () => {
        const jobId = randomUUID();
        withinTask.set(jobId, { step, trouble: kind });
        await startJob(client, { jobId, test: "one", owner: "dev@example.org" });
        const { verdict } = (await client.workflow.getHandle(jobWorkflowId(jobId)).result()) as { verdict: string };
        expect(verdict).toBe(step === "finish" ? "abort" : "pass");
        const own = made.filter((line) => line.startsWith(`${jobId} ${step}`));
        // Temporal repeats a task that takes too long.
        expect([...new Set(own)]).toEqual([`${jobId} ${step} in the task`, `${jobId} ${step} as an activity`]);
        expect(own.filter((line) => line.endsWith("as an activity"))).toHaveLength(1);
      });
});
