import { execFile, spawn } from "node:child_process";
import { createReadStream } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "../../grid/ports.js";

const execute = promisify(execFile);

/** A git repository behind smart HTTP. It keeps its port when it is stopped and started. */
export class Repository {
  readonly #folder: string;
  #server: Server | undefined;
  #port = 0;
  /** Whether it answers 503 to everything. */
  isUnavailable = false;
  /** The wait before each answer, in ms. */
  delayMs = 0;
  /** Whether it serves only files, as a plain web server does (git's dumb HTTP protocol). */
  isDumb = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/suite.git`;
  }

  async create(): Promise<this> {
    await git(this.#folder, ["init", "--quiet", "--bare", "suite.git"]);
    await git(join(this.#folder, "suite.git"), ["config", "uploadpack.allowAnySHA1InWant", "true"]);
    return this.start();
  }

  async start(): Promise<this> {
    const server = createServer((request, response) => this.#serve(request, response));
    this.#port ||= await freePort();
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.#port, "127.0.0.1", resolve);
    });
    this.#server = server;
    return this;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  /** Commits a folder as a new branch. Returns the commit. */
  async commit(folder: string, branch: string): Promise<string> {
    const author = ["-c", "user.name=Chaos", "-c", "user.email=dev@example.org"];
    await git(folder, ["init", "--quiet", `--initial-branch=${branch}`]);
    await git(folder, ["add", "--all"]);
    await git(folder, [...author, "commit", "--quiet", "--message", branch]);
    await git(folder, ["push", "--quiet", join(this.#folder, "suite.git"), branch]);
    await git(join(this.#folder, "suite.git"), ["update-server-info"]);
    return (await git(folder, ["rev-parse", "HEAD"])).trim();
  }

  /** The error that a client gets now; undefined if the repository works. */
  async trouble(): Promise<string | undefined> {
    return git(this.#folder, ["ls-remote", this.url]).then(
      () => undefined,
      (error: Error & { stderr?: string }) => (error.stderr ?? error.message).trim().split("\n")[0],
    );
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    setTimeout(() => this.#answer(request, response), this.delayMs);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    if (this.isUnavailable) {
      response.writeHead(503).end("the repository is being repaired\n");
      return;
    }
    const { pathname, search } = new URL(request.url ?? "/", "http://localhost");
    if (this.isDumb) {
      const file = createReadStream(join(this.#folder, pathname));
      file.on("error", () => response.writeHead(404).end());
      file.on("open", () => response.writeHead(200));
      file.pipe(response);
      return;
    }
    const backend = spawn("git", ["http-backend"], {
      env: {
        PATH: process.env["PATH"],
        GIT_PROJECT_ROOT: this.#folder,
        GIT_HTTP_EXPORT_ALL: "1",
        PATH_INFO: pathname,
        QUERY_STRING: search.slice(1),
        REQUEST_METHOD: request.method,
        CONTENT_TYPE: request.headers["content-type"] ?? "",
        HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
        GIT_PROTOCOL: [request.headers["git-protocol"] ?? ""].flat().join(),
      },
      stdio: ["pipe", "pipe", "ignore"],
    });
    backend.stdin.on("error", () => undefined);
    request.pipe(backend.stdin);
    const pieces: Buffer[] = [];
    backend.stdout.on("data", (piece: Buffer) => pieces.push(piece));
    backend.on("error", () => response.writeHead(500).end());
    backend.on("close", () => reply(response, Buffer.concat(pieces)));
  }
}

/** Sends a CGI answer (RFC 3875): headers with the status among them, an empty line, and the body. */
function reply(response: ServerResponse, answer: Buffer): void {
  const end = answer.indexOf("\r\n\r\n");
  const headers = answer
    .toString("latin1", 0, Math.max(0, end))
    .split("\r\n")
    .map((line): [string, string] => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]);
  const status = headers.find(([name]) => name.toLowerCase() === "status")?.[1];
  response.writeHead(end < 0 ? 500 : Number.parseInt(status ?? "200", 10), Object.fromEntries(headers));
  response.end(answer.subarray(end + 4));
}

async function git(folder: string, args: string[]): Promise<string> {
  return (await execute("git", ["-C", folder, ...args], { maxBuffer: 2 ** 26 })).stdout;
}
