import type { AgentApi } from "../../../client/agent-api.js";
import type { AttemptPlan } from "../../../domain/jobs/attempt-plan.js";
import type { SpanSink } from "../../../domain/jobs/trace.js";
import type { ClockDifference } from "../../../domain/health/clock-difference.js";
import { type CommandEnd, type CommandOptions, runCommand } from "../../../probes/command.js";
import type { RunAttemptInput } from "../../../workflows/contracts.js";
import type { SandboxPool } from "../sandbox/sandbox-pool.js";
import type { Sandbox, SandboxCommandEnd } from "../sandbox/sandbox.js";
import type { LogStream } from "./log-stream.js";
import type { SecretMask } from "./secret-mask.js";
import type { AttemptDraft } from "./attempt-draft.js";
import type { AttemptWatch } from "../watch/attempt-watch.js";
import type { WorkspaceStore, Workspace } from "./workspace.js";

export interface AgentDependencies {
  api: AgentApi;
  machine: string;
  workspaceStore: WorkspaceStore;
  sandboxes: SandboxPool;
  /** Whether grid.yaml wants this machine's tests confined, according to the last orders from the grid. */
  confine: () => boolean;
  /** Variables with which the command `node` runs TypeScript. */
  node: Readonly<Record<string, string>>;
  path: string;
  /** Versions of the machine's own parts: its system, kernel, Node and Holdfast. */
  system: Readonly<Record<string, string>>;
  /** The grid's provisioning hook for this machine, according to the last orders from the grid. */
  provision: () => string | null;
  /** The leases that this agent runs now, each with its abort controller. */
  running: Map<string, AbortController>;
  /** The interval of a service's probes, in ms, according to the last orders; undefined if they do not name one. */
  paceOf: (service: string) => number | undefined;
  /** The difference between the grid's clock and this machine's; null before it was measured. */
  clock: () => ClockDifference | null;
  /** Records spans for OpenTelemetry. */
  tracing: SpanSink;
}

/** The context of one attempt. */
export interface RunContext {
  input: RunAttemptInput;
  plan: AttemptPlan;
  /** Masks secrets in everything that the agent sends to the grid. */
  mask: SecretMask;
  workspace: Workspace;
  sandbox: Sandbox;
  env: Record<string, string>;
  log: LogStream;
  stop: AbortSignal;
  draft: AttemptDraft;
  /** Starts to watch the environment of the next command. */
  beginWatch: () => AttemptWatch;
}

/** Runs a command of the attempt as its user; its output goes to the log. @throws the reason of `stop` once that has aborted */
export async function run(
  context: RunContext,
  command: string,
  timeoutMs: number,
  onStdout?: (data: Buffer) => void,
): Promise<SandboxCommandEnd> {
  return follow(context, timeoutMs, (options) => context.sandbox.run(command, { ...options, onStdout }));
}

/** Runs the admin's hook, with the agent's rights. @throws the reason of `stop` once that has aborted */
export async function runHook(context: RunContext, command: string, timeoutMs: number): Promise<CommandEnd> {
  return follow(context, timeoutMs, (options) => runCommand(command, options));
}

async function follow<End>(
  context: RunContext,
  timeoutMs: number,
  start: (options: CommandOptions) => Promise<End>,
): Promise<End> {
  let noted: Promise<void> = Promise.resolve();
  const end = await start({
    cwd: context.workspace.source,
    env: context.env,
    timeoutMs,
    stop: context.stop,
    onOutput: (data) => context.log.write(data),
    onStart: (group) => {
      noted = context.workspace.noteGroup(group);
      noted.catch(() => undefined);
    },
  });
  await noted;
  context.stop.throwIfAborted();
  return end;
}

/** Runs a command whose failure may be the code's fault, and watches its environment. The caller ends the watch. */
export async function runWatched(
  context: RunContext,
  command: string,
  timeoutMs: number,
  onStdout?: (data: Buffer) => void,
) {
  const watch = context.beginWatch();
  try {
    return { end: await run(context, command, timeoutMs, onStdout), watch };
  } catch (error) {
    watch.stop();
    throw error;
  }
}

export function describeEnd({ code, signal, isTimedOut }: CommandEnd, timeoutMs: number): string {
  if (isTimedOut) return `ran into its time limit of ${timeoutMs / 1_000} s`;
  return code === null ? `was ended by ${signal ?? "a signal"}` : `exit ${code}`;
}
