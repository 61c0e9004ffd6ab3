import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { killGroup } from "../../../probes/process-group.js";
import type { Start } from "../../../probes/command.js";
import { asUser } from "../../../source/fetch/as-user.js";
import type { ControlGroup } from "./control-group.js";
import { beatFor, killWhenSilent, untilSilent } from "./deadline.js";

const patienceMs = 10_000;
const systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/** The kernel kills tests before the grid if the machine itself runs out of memory. */
const killFirst = 500;

type Shell = ChildProcessByStdio<Writable, Readable, Readable>;

/** The system refused to make a sandbox; the message is the reason. */
export class SandboxError extends Error {
  override name = "SandboxError";
}

export interface NamespaceHolderSetup {
  user: number;
  group: ControlGroup;
  /** The path of the mount table; null if the system has no namespaces. */
  mountTable: string | null;
  path: string;
}

/**
 * Runs commands as a separate user, in control groups and, if the system has them, in namespaces. A first process holds the
 * namespaces open: when it ends, the kernel ends all others. It ends with the agent, however the agent ends.
 */
export class NamespaceHolder {
  readonly #setup: NamespaceHolderSetup;
  readonly #initProcess: ChildProcess | undefined;
  readonly #initProcessId: string | undefined;
  #cancelKill: () => void = () => undefined;
  /** The process that holds the network of the next commands; undefined for the machine's own. */
  #network: number | undefined;
  /** A shell that is started in advance, because it takes 20 ms to enter a control group. */
  #waiting: Shell | undefined;

  private constructor(
    setup: NamespaceHolderSetup,
    initProcess: ChildProcess | undefined,
    initProcessId: string | undefined,
  ) {
    this.#setup = setup;
    this.#initProcess = initProcess;
    this.#initProcessId = initProcessId;
    // Without namespaces, there is no first process whose end ends all others.
    if (initProcess === undefined) this.#cancelKill = killWhenSilent(killAllCommand(setup.user));
    this.#waiting = this.#open();
  }

  /** From now on commands run in this network, which a process holds open; undefined for the machine's own. */
  useNetwork(holder: number | undefined): void {
    this.#network = holder;
    if (this.#waiting !== undefined) killGroup(this.#waiting.pid);
    this.#waiting = undefined;
  }

  /** The command that starts a shell inside. */
  #entry(): string[] {
    const { user } = this.#setup;
    const inside =
      this.#initProcessId === undefined ? [] : ["--target", this.#initProcessId, "--mount", "--pid", "--ipc", "--uts"];
    const network = this.#network === undefined ? [] : [`--net=/proc/${this.#network}/ns/net`];
    const options = [...network, ...inside];
    return [...(options.length === 0 ? [] : ["nsenter", ...options, "--"]), ...asUser(user), "/bin/sh"];
  }

  /** @throws SandboxError */
  static async prepare(setup: NamespaceHolderSetup): Promise<NamespaceHolder> {
    if (setup.mountTable === null) return new NamespaceHolder(setup, undefined, undefined);
    const initProcess = spawn(
      "unshare",
      // Its standard input is a socket: without --norc bash would read ~/.bashrc, as for a remote shell.
      [...namespaceOptions, "/bin/bash", "--norc", "-c", initScript],
      {
        env: { PATH: setup.path, MOUNT_TABLE: setup.mountTable },
        cwd: "/",
        detached: true,
        stdio: ["pipe", "pipe", "pipe"],
      },
    );
    beatFor(initProcess);
    return new NamespaceHolder(setup, initProcess, await idOf(initProcess));
  }

  /** Whether it can still be used. */
  isSound(): boolean {
    return [this.#initProcess, this.#waiting].every((each) => each === undefined || isRunning(each));
  }

  /** Starts a command inside, as `runCommand` expects it. */
  readonly start: Start = (command, { cwd, env }) => {
    const shell = this.#waiting !== undefined && isRunning(this.#waiting) ? this.#waiting : this.#open();
    this.#waiting = undefined;
    const exports = Object.entries(env).map(([name, value]) => `export ${name}=${quote(value ?? "")}`);
    const lines = [`cd ${quote(cwd)} || exit 126`, "unset OLDPWD", ...exports, "ulimit -Sc unlimited 2>/dev/null"];
    shell.stdin.end(`${lines.join("; ")}; exec /bin/sh -c ${quote(command)} </dev/null\n`);
    return shell;
  };

  /** Ends the processes that commands have left behind, and waits until they are gone. @throws UnkillableError */
  async sweep(): Promise<void> {
    const { group, user } = this.#setup;
    if (this.#waiting !== undefined) killGroup(this.#waiting.pid);
    this.#waiting = undefined;
    await group.end();
    if (group.entrances().length === 0) await killAllOf(user);
  }

  /** Ends the first process, and with it the namespaces. */
  async end(): Promise<void> {
    if (this.#waiting !== undefined) killGroup(this.#waiting.pid);
    const initProcess = this.#initProcess;
    this.#cancelKill();
    if (initProcess === undefined || !isRunning(initProcess)) return;
    initProcess.stdin?.end();
    const force = setTimeout(() => killGroup(initProcess.pid), patienceMs);
    await once(initProcess, "exit");
    clearTimeout(force);
  }

  /** Starts a shell inside that waits for its command. The shell ends with the agent. */
  #open(): Shell {
    const enterGroups = this.#setup.group.entrances().map((file) => `echo 0 > ${quote(file)} &&`);
    const script = `${enterGroups.join(" ")} echo ${killFirst} > /proc/self/oom_score_adj; exec "$@"`;
    const shell = spawn("/bin/sh", ["-c", script, "sh", ...this.#entry()], {
      env: { PATH: this.#setup.path },
      cwd: "/",
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
    });
    // The caller sees that the shell has ended, so a failed write needs no report.
    shell.stdin.on("error", () => undefined);
    shell.on("error", () => undefined);
    return shell;
  }
}

const namespaceOptions = ["--mount", "--pid", "--ipc", "--uts", "--propagation=slave", "--fork", "--kill-child"];

/** Mounts, prints its process id as the agent sees it, and waits for the agent's end. Its children leave no zombies. */
const initScript = `read -r id rest < /proc/self/stat
echo -1000 > /proc/self/oom_score_adj
mount --all --fstab "$MOUNT_TABLE" || exit 1
trap "" CHLD
echo "$id"
${untilSilent}`;

async function idOf(initProcess: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    const fail = (reason: string) => {
      killGroup(initProcess.pid);
      reject(new SandboxError(reason));
    };
    const limit = setTimeout(() => fail("the system took too long to make the sandbox"), patienceMs);
    initProcess.stdin?.on("error", () => undefined);
    initProcess.stderr?.on("data", (data: Buffer) => (said += data.toString("utf8")));
    initProcess.stdout?.once("data", (data: Buffer) => {
      clearTimeout(limit);
      resolve(data.toString("utf8").trim());
    });
    initProcess.once("error", (error) => {
      clearTimeout(limit);
      reject(new SandboxError(error.message, { cause: error }));
    });
    initProcess.once("exit", () => {
      clearTimeout(limit);
      fail(said.trim().split("\n")[0] ?? "it ended");
    });
  });
}

/** Ends all processes of a user, wherever they are: the kernel finds them all in one call. */
export async function killAllOf(user: number): Promise<void> {
  // A test can read the environment of processes of its own user, so this one gets only the path.
  const killer = spawn("/bin/sh", ["-c", killAllCommand(user)], { env: { PATH: systemPath }, stdio: "ignore" });
  await new Promise<void>((resolve) => {
    killer.once("error", () => resolve());
    killer.once("exit", () => resolve());
  });
}

function killAllCommand(user: number): string {
  return `exec setpriv --reuid=${user} --regid=${user} --clear-groups /bin/sh -c 'kill -9 -1'`;
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
