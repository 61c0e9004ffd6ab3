import type { AttemptLimits } from "../../../domain/jobs/attempt-limits.js";
import type { FailureIdentifier } from "../../../domain/failures/failures.js";
import { type CommandEnd, type CommandOptions, runCommand, type Start } from "../../../probes/command.js";
import { type ControlGroup, type LimitCounters, killsOf } from "./control-group.js";
import { killWhenSilent } from "./deadline.js";
import { watchDisk } from "./disk-watch.js";
import { removeTree } from "../attempt/remove-tree.js";
import { handOver } from "./sandbox-folder.js";
import { openPrivateNetwork, type PrivateNetwork } from "./private-network.js";
import { type NamespaceHolder, SandboxError } from "./namespace-holder.js";

/** A limit of the attempt's own that was hit: `what` names it, the same on each machine. */
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
  /** For the source, home and temporary files; it goes when the room is left. */
  folder: string;
  /** Sets what commands may take. */
  setLimits(limits: AttemptLimits): void;
  /** Gives the user what is in it; before that only the agent and its hook work there. */
  handOver(): Promise<void>;
  /** Runs a command as the attempt's user. At its end nothing that it started is left. @throws UnkillableError */
  run(command: string, options: CommandOptions): Promise<SandboxCommandEnd>;
  /**
   * Gives the next commands a network of their own, in which these addresses (`<host>:<port>`) are reached.
   * @throws SandboxError
   */
  openNetwork(services: readonly string[]): Promise<PrivateNetwork>;
  /** How many processes the kernel killed so far because the attempt's own memory limit was hit. */
  kills(): number;
  /** Ends all that runs in it, and removes its folder. @throws UnkillableError */
  dispose(): Promise<void>;
}

/** A room without walls: commands run with the agent's own rights. */
export function unconfinedSandbox(folder: string): Sandbox {
  return {
    folder,
    setLimits: () => undefined,
    handOver: async () => undefined,
    run: async (command, options) => ({ ...(await runWatched(command, options)), limit: undefined }),
    openNetwork: async () => {
      throw new SandboxError("a network of its own needs an agent that is root, and `confine`");
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
  sandbox: NamespaceHolder;
  /** What the user's environment has beside what the test is given. */
  env: Record<string, string>;
}

/** A room whose commands run as a user of their own, within limits. */
export class ConfinedSandbox implements Sandbox {
  readonly folder: string;
  readonly #parts: SandboxParts;
  readonly #onLeave: () => void;
  #limits: AttemptLimits | undefined;

  constructor(parts: SandboxParts, onLeave: () => void) {
    this.folder = parts.folder;
    this.#parts = parts;
    this.#onLeave = onLeave;
  }

  isSound(): boolean {
    return this.#parts.sandbox.isSound();
  }

  setLimits(limits: AttemptLimits): void {
    this.#limits = limits;
    this.#parts.group.limit(limits);
  }

  async handOver(): Promise<void> {
    await handOver(this.folder, this.#parts.user);
  }

  async run(command: string, options: CommandOptions): Promise<SandboxCommandEnd> {
    const { folder, group, sandbox } = this.#parts;
    const before = group.hits();
    let [hits, swept] = [before, Promise.resolve()];
    const start: Start = (text, place) => {
      const child = sandbox.start(text, place);
      child.once("exit", () => {
        hits = group.hits();
        swept = sandbox.sweep();
        swept.catch(() => undefined);
      });
      return child;
    };
    const outgrown = new AbortController();
    let bytes = 0;
    const endWatch = watchDisk(folder, this.#limits?.diskBytes ?? Infinity, (taken) => {
      bytes = taken;
      outgrown.abort();
    });
    try {
      const stop = AbortSignal.any([options.stop, outgrown.signal]);
      const env = { ...options.env, ...this.#parts.env };
      const end = await runCommand(command, { ...options, env, stop, start });
      await swept;
      return { ...end, limit: this.#limitHit(difference(hits, before), bytes) };
    } finally {
      endWatch();
    }
  }

  async openNetwork(services: readonly string[]): Promise<PrivateNetwork> {
    const { sandbox } = this.#parts;
    const network = await openPrivateNetwork(services);
    sandbox.useNetwork(network.holder);
    const close = () => {
      sandbox.useNetwork(undefined);
      network.close();
    };
    return { ...network, close };
  }

  kills(): number {
    return killsOf(this.#parts.group.hits());
  }

  async dispose(): Promise<void> {
    await this.#parts.sandbox.sweep();
    this.#onLeave();
    void this.discard().catch(() => undefined);
  }

  /** Clears away what nobody uses, while others go on; what could not be is found at the agent's next start. */
  async discard(): Promise<void> {
    await this.#parts.sandbox.end();
    await removeTree(this.folder);
  }

  #limitHit(hits: LimitCounters, bytes: number): LimitHit | undefined {
    if (this.#limits === undefined) return undefined;
    const { memoryBytes, diskBytes, processes } = this.#limits;
    if (bytes > 0)
      return {
        failureIdentifier: "code/disk-limit",
        what: `disk limit of ${inMiB(diskBytes)}`,
        detail: `its workspace took ${inMiB(bytes)} of the ${inMiB(diskBytes)} that it may take`,
      };
    if (killsOf(hits) > 0)
      return {
        failureIdentifier: "code/memory-limit",
        what: `memory limit of ${inMiB(memoryBytes)}`,
        detail: `${killsOf(hits)} of its processes killed by the kernel at its own limit of ${inMiB(memoryBytes)}`,
      };
    if (hits.refusals > 0)
      return {
        failureIdentifier: "code/process-limit",
        what: `limit of ${processes} processes`,
        detail: `refused ${hits.refusals} processes or threads beyond the ${processes} that it may have`,
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
