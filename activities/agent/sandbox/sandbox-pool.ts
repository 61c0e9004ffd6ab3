import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { brokenConfinement } from "../../../domain/matching/machine-availability.js";
import { probeEveryMs } from "../../../domain/health/watch-pace.js";
import { findGroupPlaces, type GroupPlace } from "./cgroup-places.js";
import { ControlGroup } from "./control-group.js";
import { grantTraversal } from "./grant-traversal.js";
import { KillCount } from "./kill-count.js";
import { hasPrivateNetworks } from "./private-network.js";
import { unconfinedSandbox, ConfinedSandbox, type Sandbox } from "./sandbox.js";
import { makeFolders, writeMountTable } from "./sandbox-folder.js";
import { NamespaceHolder, SandboxError } from "./namespace-holder.js";
import { type HostPaths, surveyHostPaths, type Tools } from "./host-paths.js";
import { nameOfAgent, userOf } from "./user.js";

const trialMs = 10_000;
/** How long to wait before the next sandbox is made. */
const pauseMs = 20;
const namespaces = ["mount", "pid", "ipc", "uts"];

export interface SandboxPoolSetup {
  /** `data` is the grid's data folder, `folder` the agent's own folder in it, and `work` the folder of all workspaces in that. */
  data: string;
  folder: string;
  work: string;
  tools: Tools;
}

/** Separates tests on one machine from its agent and from each other, and enforces their limits. */
export class SandboxPool {
  readonly #setup: SandboxPoolSetup;
  #places: GroupPlace[] = [];
  /** Undefined if tests run with the agent's rights. */
  #isolation: "namespaces" | "user" | undefined;
  #hostPaths: HostPaths | undefined;
  readonly #lacks: string[] = [];
  readonly #hasNetworks = hasPrivateNetworks();
  /** Sandboxes that are made or being made, and the numbers of those that are ready. */
  readonly #sandboxes = new Map<number, Promise<ConfinedSandbox>>();
  readonly #ready: number[] = [];
  readonly #taken = new Set<number>();
  readonly #groups = new Map<number, ControlGroup>();
  readonly #retired = new Set<ControlGroup>();
  #isClosed = false;
  #kills = new KillCount([]);
  #count = 0;

  private constructor(setup: SandboxPoolSetup) {
    this.#setup = setup;
  }

  /** Finds out what this machine allows. */
  static async survey(setup: SandboxPoolSetup): Promise<SandboxPool> {
    const confinement = new SandboxPool(setup);
    await confinement.#survey();
    return confinement;
  }

  /** Which parts of the confinement are applied and which are not, as facts of the machine. */
  facts(isWanted: boolean): Record<string, string> {
    if (!isWanted) return { confinement: "off", network: "shared" };
    const applied = this.#isolation === undefined ? [] : [...this.#separations(), ...this.#limits(), "disk"];
    const lacks = this.#lacks.length === 0 ? {} : { unconfined: this.#lacks.join("; ") };
    const network =
      this.#isolation === "namespaces" && this.#hasNetworks ? { network: "private" } : { network: "shared" };
    const none = this.isBroken() ? brokenConfinement : "none";
    return { confinement: applied.join(",") || none, ...network, ...lacks };
  }

  /** Whether the agent is root and cannot give up its rights: a test would run as root, so it may not run here. */
  isBroken(): boolean {
    return isRoot() && this.#isolation === undefined;
  }

  /** Finds out again what this machine allows. A machine under load may have been too slow before. */
  async repair(): Promise<void> {
    this.#lacks.length = 0;
    await this.#survey();
  }

  /** Returns the sandbox of one attempt. @throws SandboxError if none can be made although the agent is root */
  async takeSandbox(leaseId: string, isWanted: boolean): Promise<Sandbox> {
    if (isWanted && this.isBroken())
      throw new SandboxError(`the machine cannot confine tests: ${this.#lacks.join("; ")}`);
    if (!isWanted || this.#isolation === undefined) {
      const folder = join(this.#setup.work, leaseId);
      makeFolders(folder);
      return unconfinedSandbox(folder);
    }
    const number = this.#ready.shift() ?? this.#free();
    this.#taken.add(number);
    try {
      const made = await this.#sandboxes.get(number)?.catch(() => undefined);
      this.#sandboxes.delete(number);
      if (made?.isSound() === true) return made;
      void made?.discard().catch(() => undefined);
      return await this.#make(number);
    } catch (error) {
      this.#taken.delete(number);
      throw error;
    }
  }

  /** Makes sandboxes in advance, one more than there are slots, so that no attempt waits for one. */
  warmUp(slots: number): void {
    if (this.#isolation === undefined) return;
    for (let number = 0; number <= slots; number++)
      if (!this.#taken.has(number) && !this.#sandboxes.has(number)) this.#prepare(number);
  }

  /**
   * How many processes the kernel killed on this machine because an attempt's own memory limit was exceeded. Counts the attempts
   * of all agents. Never decreases.
   */
  memoryLimitKills(): number {
    return this.#kills.total();
  }

  /** Removes all sandboxes and control groups. No attempt may be running. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const made of this.#sandboxes.values()) await (await made.catch(() => undefined))?.discard();
    for (const group of [...this.#groups.values(), ...this.#retired]) {
      // Only a group without processes can be removed.
      await group.end().catch(() => undefined);
      group.remove();
    }
  }

  #prepare(number: number): void {
    const made = this.#make(number);
    this.#sandboxes.set(number, made);
    made.then(
      () => this.#taken.has(number) || this.#ready.push(number),
      () => undefined,
    );
  }

  /** Removes a group after the machine's other agents have also read its kills. */
  #retire(group: ControlGroup): void {
    this.#retired.add(group);
    setTimeout(() => this.#retired.delete(group) && group.remove(), 3 * probeEveryMs).unref();
  }

  #free(): number {
    let number = 0;
    while (this.#taken.has(number)) number++;
    return number;
  }

  async #make(number: number): Promise<ConfinedSandbox> {
    const { folder: agent, work, tools } = this.#setup;
    const name = `${number}-${Date.now().toString(36)}${(this.#count++).toString(36)}`;
    const [folder, user] = [join(work, name), userOf(agent, number)];
    makeFolders(folder);
    const group = this.#groups.get(number) ?? new ControlGroup(this.#places, `${nameOfAgent(agent)}-${name}`);
    this.#groups.set(number, group);
    const isApart = this.#isolation === "namespaces";
    const mountTable = isApart ? writeMountTable(folder, user, this.#hostPaths!) : null;
    const holder = await NamespaceHolder.prepare({ user, group, mountTable, path: tools.path });
    const env: Record<string, string> = isApart ? { TMPDIR: "/tmp", USER: "holdfast", LOGNAME: "holdfast" } : {};
    return new ConfinedSandbox({ folder, user, group, holder, env }, () => {
      this.#kills.total();
      // A group in which the kernel killed a process is replaced, so that each count belongs to one attempt.
      if (group.readCounters().kills > 0) {
        this.#groups.delete(number);
        this.#retire(group);
      }
      // This can wait until the attempt is reported, because another sandbox is ready.
      setTimeout(() => this.#taken.delete(number) && !this.#isClosed && this.#prepare(number), pauseMs);
    });
  }

  async #survey(): Promise<void> {
    if (!isRoot()) {
      this.#lacks.push("the agent does not run as root");
      return;
    }
    this.#places = this.#usablePlaces();
    this.#kills = new KillCount(this.#places);
    const { data, work, tools } = this.#setup;
    this.#hostPaths = surveyHostPaths(data, work, tools);
    for (const means of ["namespaces", "user"] as const) {
      if (means === "namespaces") await chmod(data, 0o700);
      else await grantTraversal(data, this.#setup.folder, this.#setup.work);
      this.#isolation = means;
      const refusal = await this.#try().catch((error: Error) => error.message);
      if (refusal === undefined) break;
      this.#isolation = undefined;
      this.#lacks.push(`no ${means === "user" ? "separate user" : means}: ${refusal}`);
    }
    for (const limit of ["memory", "processes"])
      if (!this.#limits().includes(limit)) this.#lacks.push(`no limit of ${limit}: no such control group`);
  }

  /** Runs a command in a new sandbox. Returns why it failed; undefined if it succeeded. */
  async #try(): Promise<string | undefined> {
    const sandbox = await this.#make(0);
    let said = "";
    try {
      await sandbox.handOver();
      const readable = this.#setup.tools.library.map((path) => `test -r '${path}'`);
      const end = await sandbox.run(["cd", "touch here", ...readable].join(" && "), {
        cwd: join(sandbox.folder, "tmp"),
        env: { PATH: this.#setup.tools.path, HOME: join(sandbox.folder, "home") },
        timeoutMs: trialMs,
        stop: new AbortController().signal,
        onOutput: (data) => (said += data.toString("utf8")),
        onStart: () => undefined,
      });
      return end.code === 0 ? undefined : said.trim().split("\n")[0] || "it cannot reach its own folder or the library";
    } finally {
      await sandbox.dispose();
    }
  }

  #usablePlaces(): GroupPlace[] {
    return findGroupPlaces().filter((place) => {
      try {
        new ControlGroup([place], `${nameOfAgent(this.#setup.folder)}-trial`).remove();
        return true;
      } catch {
        return false;
      }
    });
  }

  #separations(): string[] {
    return [
      "user",
      ...(this.#isolation === "namespaces" ? namespaces : []),
      ...(this.#places.length > 0 ? ["cgroup"] : []),
    ];
  }

  #limits(): string[] {
    const powers = new Set(this.#places.flatMap((place) => place.capabilities));
    return [...(powers.has("memory") ? ["memory"] : []), ...(powers.has("pids") ? ["processes"] : [])];
  }
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
