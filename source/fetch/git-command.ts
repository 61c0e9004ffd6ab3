import { spawn, spawnSync } from "node:child_process";
import { asUser } from "./as-user.js";
import type { Credentials } from "../credentials.js";
import type { Exit } from "./fetch-proxy.js";
import { fetchUserOf, noHome } from "./fetch-user.js";

/** A git command that did not succeed. `stderr` is what git said, in English. */
export class GitError extends Error {
  override name = "GitError";
  readonly stderr: string;
  constructor(command: string, stderr: string, exit: string) {
    super(`git ${command} ended with ${exit}: ${firstLine(stderr)}`);
    this.stderr = stderr;
  }
}

export interface GitOptions {
  /** Where it runs; the current folder if left out. */
  folder?: string;
  /** Ends it, with everything it started. */
  stop?: AbortSignal | undefined;
  /** For the host of this address only. They are not part of the command line, which others can read. */
  credentials?: { url: string; value: Credentials } | undefined;
  /** Refuses addresses on this machine's disk, in submodules too. */
  isRemote?: boolean;
  /** The way to every server; the machine's own if left out. */
  exit?: Pick<Exit, "url" | "connector"> | undefined;
  /** The largest file that it may write. */
  largestFileBytes?: number;
  /** Ends it when it has printed nothing for so long. */
  silentMs?: number;
  /** Further `-c name=value` settings. */
  settings?: readonly string[];
  input?: Buffer;
}

/** A transfer that is slower than this for so long has failed. */
const stalled = { GIT_HTTP_LOW_SPEED_LIMIT: "100", GIT_HTTP_LOW_SPEED_TIME: "60" };
const remoteProtocols = "git:http:https:ssh";
const longestOutput = 2 ** 28;
const longestError = 64 * 1024;

/**
 * Runs git and returns what it printed. It asks no questions and reads no hooks. In a folder that was given to a user for
 * fetching it runs as that user.
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
      // It has ended.
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

/** The same as text without the line break at its end. @throws GitError */
export async function gitText(args: readonly string[], options: GitOptions = {}): Promise<string> {
  return (await git(args, options)).toString("utf8").trim();
}

export function firstLine(text: string): string {
  const lines = text.trim().split(/[\r\n]+/);
  const line =
    [/^(fatal|error):/i, /^remote:/i, /./].map((kind) => lines.find((each) => kind.test(each))).find(Boolean) ?? "";
  // git quotes addresses of submodules with the passwords in them.
  return line.replaceAll(/(?<=:\/\/)[^\s'"]*@/g, "").slice(0, 500);
}

/** So that git ends with the process that started it, be that killed. */
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

/** For what git starts, such as Git LFS; settings of the machine must lead nowhere else. */
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
