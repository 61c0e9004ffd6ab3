import type { AttemptPlan, MachineOrders } from "../domain/jobs/attempt-plan.js";
import type { ServiceHealth } from "../domain/health/health.js";
import type { Purpose } from "../domain/verdict/attempt.js";
import type { ArtifactEntry } from "../domain/results/artifact-limits.js";
import type { ClientRequest } from "../api/contract/shapes.js";
import { createCall } from "./call.js";
import { ApiError, type Requests } from "./requests.js";

/** The API refused a request because its lease is not valid, or no longer valid. */
export class LeaseRefusedError extends Error {
  override name = "LeaseRefusedError";
}

/** The part of the API that agents use. */
export interface AgentApi {
  report(
    machine: string,
    report: {
      agent: string;
      /** How many jobs it can run at the same time; absent before it knows. */
      slots?: number;
      facts: Record<string, string>;
      leases: string[];
      /** `asOf` of the last answer; null before the first. */
      asOf: string | null;
      services: { service: string; health: ServiceHealth; at: string }[];
    },
  ): Promise<MachineOrders>;
  /** @throws LeaseRefusedError */
  startAttempt(
    leaseId: string,
    start: { fence: number; machine: string; attempt: number; purpose: Purpose },
  ): Promise<AttemptPlan>;
  /** The secret of the attempt; undefined if the API sent none. */
  secretOf(leaseId: string): string | undefined;
  enterTest(leaseId: string): Promise<void>;
  source(sourceHash: string): Promise<Uint8Array>;
  appendLog(leaseId: string, attempt: number, offset: number, content: Buffer): Promise<void>;
  /** Announces the files of the attempt, numbered from 0. The content of files that are left out is never sent. */
  declareArtifacts(leaseId: string, attempt: number, artifacts: ArtifactEntry[]): Promise<void>;
  appendArtifact(
    leaseId: string,
    piece: { attempt: number; number: number; offset: number },
    content: Buffer,
  ): Promise<void>;
}

/** Defaults for fields that an API before 0.3 does not send. */
const defaultsBefore03: Pick<AttemptPlan, "results" | "artifacts"> = {
  results: { kind: "exit" },
  artifacts: { globs: [], limitBytes: 0, limitCount: 0 },
};

/** How many secrets are kept. They outlive their attempts, because logs may be sent late. */
const secretsKept = 1_000;

export function createAgentApi(requests: Requests): AgentApi {
  const call = createCall(requests);
  /** Secrets by lease id. */
  const secrets = new Map<string, string>();
  const keep = (leaseId: string, secret: string) => {
    if (secrets.size >= secretsKept) secrets.delete(secrets.keys().next().value!);
    secrets.set(leaseId, secret);
  };
  const proof = (leaseId: string): Record<string, string> => {
    const secret = secrets.get(leaseId);
    return secret === undefined ? {} : { "holdfast-attempt-secret": secret };
  };
  return {
    secretOf: (leaseId) => secrets.get(leaseId),
    report: (machine, report) =>
      call.json("reportMachine", {
        params: { machine },
        body: report as ClientRequest<"reportMachine">["body"],
      }) as unknown as Promise<MachineOrders>,
    startAttempt: (leaseId, body) =>
      (call.json("startAttempt", { params: { leaseId }, body }) as unknown as Promise<AttemptPlan>).then(
        (plan) => {
          if (plan.secret !== undefined) keep(leaseId, plan.secret);
          return { ...defaultsBefore03, ...plan };
        },
        (error: unknown) => {
          if (error instanceof ApiError && error.status === 409)
            throw new LeaseRefusedError(error.message, { cause: error });
          throw error;
        },
      ),
    enterTest: async (leaseId) => {
      await call.json("enterTest", { params: { leaseId }, headers: proof(leaseId) });
    },
    source: (sourceHash) => call.bytes("downloadSource", { params: { sourceHash } }),
    appendLog: async (leaseId, attempt, offset, content) => {
      const query = { attempt: String(attempt), offset: String(offset) };
      await call.bytes("appendLog", { params: { leaseId }, query, body: content, headers: proof(leaseId) });
    },
    declareArtifacts: async (leaseId, attempt, artifacts) => {
      const body = { attempt, artifacts };
      await call.json("declareArtifacts", { params: { leaseId }, body, headers: proof(leaseId) });
    },
    appendArtifact: async (leaseId, { attempt, number, offset }, content) => {
      const query = { attempt: String(attempt), number: String(number), offset: String(offset) };
      await call.bytes("appendArtifact", { params: { leaseId }, query, body: content, headers: proof(leaseId) });
    },
  };
}
