import { spawn, spawnSync } from "node:child_process";
import { asUser } from "./as-user.js";
import type { Credentials } from "../credentials.js";
import type { ProxyAccess } from "./fetch-proxy.js";
import { fetchUserOf, noHome } from "./fetch-user.js";

/** A git command that failed. `stderr` is git's output, in English. */
export class GitError extends Error {
  override name = "GitError";
  readonly stderr: string;
  constructor(command: string, stderr: string, exit: string) {
    super(`git ${command} ended with ${exit}: ${firstLine(stderr)}`);
    this.stderr = stderr;
  }
}

export interface GitOptions {
  /** The folder where git runs; the current folder if left out. */
  folder?: string;
  /** Ends git and everything that it started. */
  stop?: AbortSignal | undefined;
  /** Only for the host of this address. They are not on the command line, because others can read that. */
  credentials?: { url: string; value: Credentials } | undefined;
  /** Refuses addresses on this machine's disk, in submodules too. */
  isRemote?: boolean;
  /** The proxy access for every server; the machine's settings if left out. */
  exit?: Pick<ProxyAccess, "url" | "connector"> | undefined;
  /** The largest file that git may write. */
  largestFileBytes?: number;
  /** Ends git if it prints nothing for this long. */
  silentMs?: number;
  /** Further `-c name=value` settings. */
  settings?: readonly string[];
  input?: Buffer;
}

/** A transfer that is slower than this limit for this time has failed. */
const stalled = { GIT_HTTP_LOW_SPEED_LIMIT: "100", GIT_HTTP_LOW_SPEED_TIME: "60" };
const remoteProtocols = "git:http:https:ssh";
const longestOutput = 2 ** 28;
const longestError = 64 * 1024;

/**
 * Runs git and returns its output. git asks no questions and runs no hooks. In a folder that belongs to a user for fetching,
 * it runs as that user.
 * @throws GitError
 */
export async function git(args: readonly string[], options: GitOptions = {}): Promise<Buffer> {
  const { folder, stop, credentials, settings = [], input, isRemote = false, exit: way, silentMs } = options;
  stop?.throwIfAborted();
  const all = [...settings, "core.hooksPath=/dev/null", ...credentialSettings(credentials), ...exitSettings(way)];
  const limit = options.largestFileBytes === undefined ? [] : ["prlimit", `--fsize=${options.largestFileBytes}`, "--"];
  const user = folder === undefined ? undefined : fetchUserOf(folder);
  const command = [
    ...(user === undefined ? [] : asUser(user)),
    ...withParent(),
    ...limit,
    "git",
    ...all.flatMap((each) => ["-c", each]),
    ...args,
  ];
  const child = spawn(command[0]!, command.slice(1), {
    cwd: folder,
    detached: true,
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    env: {
      ...withoutGit(process.env),
      ...(user === undefined ? {} : noHome),
      ...stalled,
      LC_ALL: "C",
      GIT_TERMINAL_PROMPT: "0",
      GIT_ALLOW_PROTOCOL: isRemote ? remoteProtocols : `file:${remoteProtocols}`,
      GIT_SSH_COMMAND: `ssh -oBatchMode=yes -oConnectTimeout=30 -oServerAliveInterval=15${way === undefined ? "" : ` -oProxyCommand='${way.connector} %h %p'`}`,
      ...(way === undefined ? {} : exitVariables(way.url)),
      HOLDFAST_GIT_USER: credentials?.value.username ?? "",
      HOLDFAST_GIT_PASSWORD: credentials?.value.password ?? "",
    },
  });
  const end = () => {
    try {
      process.kill(-child.pid!, "SIGKILL");
    } catch {
      // It has already ended.
    }
  };
  stop?.addEventListener("abort", end, { once: true });
  child.stdin?.on("error", () => undefined).end(input);
  const output: Buffer[] = [];
  let silence: NodeJS.Timeout | undefined;
  const heard = () => {
    if (silentMs === undefined) return;
    clearTimeout(silence);
    silence = setTimeout(() => {
      stderr = `fatal: no answer for ${Math.round(silentMs / 1_000)} s`;
      end();
    }, silentMs);
  };
  let [printed, stderr] = [0, ""];
  child.stdout!.on("data", (piece: Buffer) => {
    heard();
    printed += piece.length;
    if (printed > longestOutput) end();
    else output.push(piece);
  });
  child.stderr!.on("data", (piece: Buffer) => {
    heard();
    stderr = (stderr + piece.toString("utf8")).slice(-longestError);
  });
  heard();
  try {
    const exit = await new Promise<string>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code, signal) => resolve(code === null ? (signal ?? "a signal") : String(code)));
    });
    stop?.throwIfAborted();
    if (exit !== "0") throw new GitError(args.find((arg) => !arg.startsWith("-")) ?? "", stderr, exit);
    return Buffer.concat(output);
  } finally {
    clearTimeout(silence);
    stop?.removeEventListener("abort", end);
  }
}

/** Like `git`, but returns the output as trimmed text. @throws GitError */
export async function gitText(args: readonly string[], options: GitOptions = {}): Promise<string> {
  return (await git(args, options)).toString("utf8").trim();
}

export function firstLine(text: string): string {
  const lines = text.trim().split(/[\r\n]+/);
  const line =
    [/^(fatal|error):/i, /^remote:/i, /./].map((kind) => lines.find((each) => kind.test(each))).find(Boolean) ?? "";
  // git quotes addresses of submodules, including their passwords.
  return line.replaceAll(/(?<=:\/\/)[^\s'"]*@/g, "").slice(0, 500);
}

/** Makes git end with the process that starts it, even if that process is killed. */
function withParent(): string[] {
  hasSetpriv ??= spawnSync("setpriv", ["--pdeathsig", "KILL", "true"], { stdio: "ignore" }).status === 0;
  return hasSetpriv ? ["setpriv", "--pdeathsig", "KILL", "--"] : [];
}
let hasSetpriv: boolean | undefined;

/** Variables such as GIT_DIR, which a hook sets, would lead git to another repository. */
function withoutGit(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("GIT_")));
}

function exitSettings(exit: GitOptions["exit"]): string[] {
  return exit === undefined ? [] : [`http.proxy=${exit.url}`, `core.gitProxy=${exit.connector}`];
}

/** The proxy for programs that git starts, such as Git LFS. It overrides the settings of the machine. */
function exitVariables(url: string): NodeJS.ProcessEnv {
  const names = ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];
  const none = { no_proxy: "", NO_PROXY: "", HOLDFAST_FETCH_PROXY: url };
  return { ...Object.fromEntries(names.map((name) => [name, url])), ...none };
}

function credentialSettings(credentials: GitOptions["credentials"]): string[] {
  if (credentials === undefined) return [];
  const { origin } = new URL(credentials.url);
  const helper = '!f() { printf "username=%s\\npassword=%s\\n" "$HOLDFAST_GIT_USER" "$HOLDFAST_GIT_PASSWORD"; }; f';
  return [`credential.${origin}.helper=`, `credential.${origin}.helper=${helper}`];
}
