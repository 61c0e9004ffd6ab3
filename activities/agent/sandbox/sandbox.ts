import type { AttemptLimits } from "../../../domain/jobs/attempt-limits.js";
import type { FailureIdentifier } from "../../../domain/failures/failures.js";
import { type CommandEnd, type CommandOptions, runCommand, type Start } from "../../../probes/command.js";
import { type ControlGroup, type LimitCounters, killsOf } from "./control-group.js";
import { killWhenSilent } from "./deadline.js";
import { watchDisk } from "./disk-watch.js";
import type { ConnectionRecord } from "../use/connection-record.js";
import { recordInKernel } from "../use/kernel-record.js";
import { sampleGroups, sampleUser } from "../use/socket-samples.js";
import { removeTree } from "../attempt/remove-tree.js";
import { handOver } from "./sandbox-folder.js";
import { openPrivateNetwork, type PrivateNetwork } from "./private-network.js";
import { type NamespaceHolder, SandboxError } from "./namespace-holder.js";

/** One of the attempt's own limits was exceeded. `what` names it, with the same text on every machine. */
export interface LimitHit {
  failureIdentifier: FailureIdentifier;
  what: string;
  detail: string;
}

export interface SandboxCommandEnd extends CommandEnd {
  limit: LimitHit | undefined;
}

/** Where the commands of one attempt run. */
export interface Sandbox {
  /** Holds the source, home and temporary files. `dispose` removes it. */
  folder: string;
  /** Sets the limits of the commands. */
  setLimits(limits: AttemptLimits): void;
  /** Makes the attempt's user the owner of the folder. Before that only the agent and its hook use it. */
  handOver(): Promise<void>;
  /** Runs a command as the attempt's user. When it ends, all processes that it started are killed. @throws UnkillableError */
  run(command: string, options: CommandOptions): Promise<SandboxCommandEnd>;
  /**
   * Gives the next commands a private network in which they reach these addresses (`<host>:<port>`).
   * @throws SandboxError
   */
  openNetwork(services: readonly string[]): Promise<PrivateNetwork>;
  /** Records the connections of the commands that run from now on in the network of the machine. */
  recordConnections(): Promise<ConnectionRecord>;
  /** How many processes the kernel killed so far because the attempt's own memory limit was hit. */
  kills(): number;
  /** Kills all processes in the sandbox and removes its folder. @throws UnkillableError */
  dispose(): Promise<void>;
}

/** Runs commands with the agent's own rights. */
export function unconfinedSandbox(folder: string): Sandbox {
  const groups: number[] = [];
  return {
    folder,
    setLimits: () => undefined,
    handOver: async () => undefined,
    run: async (command, options) => {
      const onStart = (group: number) => {
        groups.push(group);
        options.onStart(group);
      };
      return { ...(await runWatched(command, { ...options, onStart })), limit: undefined };
    },
    recordConnections: async () => sampleGroups(() => groups),
    openNetwork: async () => {
      throw new SandboxError("a private network needs an agent that runs as root, and `confine`");
    },
    kills: () => 0,
    dispose: () => removeTree(folder),
  };
}

/** Runs a command whose processes are killed if the agent falls silent. */
async function runWatched(command: string, options: CommandOptions): Promise<CommandEnd> {
  let callOff: () => void = () => undefined;
  try {
    return await runCommand(command, {
      ...options,
      onStart: (group) => {
        callOff = killWhenSilent(`kill -9 -- -${group}`);
        return options.onStart(group);
      },
    });
  } finally {
    callOff();
  }
}

export interface SandboxParts {
  folder: string;
  user: number;
  group: ControlGroup;
  holder: NamespaceHolder;
  /** Environment variables besides those of the test. */
  env: Record<string, string>;
}

/** Runs commands as a separate user, with limits. */
export class ConfinedSandbox implements Sandbox {
  readonly folder: string;
  readonly #parts: SandboxParts;
  readonly #onLeave: () => void;
  #limits: AttemptLimits | undefined;
  /** A record that begins with the sandbox, because the kernel takes a while. Undefined once a command runs or it is used. */
  #early: Promise<ConnectionRecord | undefined> | undefined;

  constructor(parts: SandboxParts, onLeave: () => void) {
    this.folder = parts.folder;
    this.#parts = parts;
    this.#onLeave = onLeave;
    this.#early = recordInKernel(parts.user).catch(() => undefined);
  }

  isSound(): boolean {
    return this.#parts.holder.isSound();
  }

  setLimits(limits: AttemptLimits): void {
    this.#limits = limits;
    this.#parts.group.limit(limits);
  }

  async handOver(): Promise<void> {
    await handOver(this.folder, this.#parts.user);
  }

  async run(command: string, options: CommandOptions): Promise<SandboxCommandEnd> {
    await this.#endEarly();
    const { folder, group, holder } = this.#parts;
    const before = group.readCounters();
    let [counters, swept] = [before, Promise.resolve()];
    const start: Start = (text, place) => {
      const child = holder.start(text, place);
      child.once("exit", () => {
        counters = group.readCounters();
        swept = holder.sweep();
        swept.catch(() => undefined);
      });
      return child;
    };
    const isFull = new AbortController();
    let bytes = 0;
    const endWatch = watchDisk(folder, this.#limits?.diskBytes ?? Infinity, (taken) => {
      bytes = taken;
      isFull.abort();
    });
    try {
      const stop = AbortSignal.any([options.stop, isFull.signal]);
      const env = { ...options.env, ...this.#parts.env };
      const end = await runCommand(command, { ...options, env, stop, start });
      await swept;
      return { ...end, limit: this.#limitHit(difference(counters, before), bytes) };
    } finally {
      endWatch();
    }
  }

  async openNetwork(services: readonly string[]): Promise<PrivateNetwork> {
    const { holder } = this.#parts;
    const network = await openPrivateNetwork(services);
    holder.useNetwork(network.holder);
    const close = () => {
      holder.useNetwork(undefined);
      network.close();
    };
    return { ...network, close };
  }

  async recordConnections(): Promise<ConnectionRecord> {
    const { user } = this.#parts;
    const early = this.#early;
    this.#early = undefined;
    return (await (early ?? recordInKernel(user))) ?? sampleUser(user);
  }

  async #endEarly(): Promise<void> {
    const early = this.#early;
    this.#early = undefined;
    await (await early)?.end();
  }

  kills(): number {
    return killsOf(this.#parts.group.readCounters());
  }

  async dispose(): Promise<void> {
    await this.#parts.holder.sweep();
    this.#onLeave();
    void this.discard().catch(() => undefined);
  }

  /** Removes the sandbox. If that is not possible, the agent removes it at its next start. */
  async discard(): Promise<void> {
    await this.#endEarly();
    await this.#parts.holder.end();
    await removeTree(this.folder);
  }

  #limitHit(counters: LimitCounters, bytes: number): LimitHit | undefined {
    if (this.#limits === undefined) return undefined;
    const { memoryBytes, diskBytes, processes } = this.#limits;
    if (bytes > 0)
      return {
        failureIdentifier: "code/disk-limit",
        what: `disk limit of ${inMiB(diskBytes)}`,
        detail: `its workspace took ${inMiB(bytes)} of the ${inMiB(diskBytes)} that it may take`,
      };
    if (killsOf(counters) > 0)
      return {
        failureIdentifier: "code/memory-limit",
        what: `memory limit of ${inMiB(memoryBytes)}`,
        detail: `${killsOf(counters)} of its processes killed by the kernel at its own limit of ${inMiB(memoryBytes)}`,
      };
    if (counters.refusals > 0)
      return {
        failureIdentifier: "code/process-limit",
        what: `limit of ${processes} processes`,
        detail: `refused ${counters.refusals} processes or threads beyond the ${processes} that it may have`,
      };
    return undefined;
  }
}

function difference(after: LimitCounters, before: LimitCounters): LimitCounters {
  return {
    kills: after.kills - before.kills,
    byLimit: after.byLimit - before.byLimit,
    refusals: after.refusals - before.refusals,
  };
}

function inMiB(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
