import { execFileSync } from "node:child_process";
import { createReadStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";

/** A repository in a folder of its own. */
export class GitRepository {
  readonly folder = mkdtempSync(join(tmpdir(), "holdfast-repository-"));

  constructor(files: Record<string, string> = {}) {
    this.git("init", "--quiet", "-b", "main");
    this.commit("first", files);
  }

  git(...args: string[]): string {
    const who = ["-c", "user.email=a@b.c", "-c", "user.name=a", "-c", "protocol.file.allow=always"];
    return execFileSync("git", ["-C", this.folder, ...who, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }).trim();
  }

  /** Writes files and commits everything. Returns the commit. */
  commit(message: string, files: Record<string, string>): string {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, name)), { recursive: true });
      writeFileSync(join(this.folder, name), text);
    }
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", "-m", message);
    return this.git("rev-parse", "HEAD");
  }

  get url(): string {
    return `file://${this.folder}`;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A web server of a folder, for git's dumb HTTP protocol. It can ask for a password. */
export class FileServer {
  readonly #server: Server;
  /** The requested paths. */
  readonly requests: string[] = [];
  /** `user:password`; null if everyone may read. */
  credentials: string | null = null;
  /** Waits this long before each answer, in ms. */
  delayMs = 0;

  constructor(root: string) {
    this.#server = createServer((request, response) => {
      const path = new URL(request.url ?? "/", "http://host").pathname;
      this.requests.push(path);
      const wanted = this.credentials === null ? null : `Basic ${Buffer.from(this.credentials).toString("base64")}`;
      if (wanted !== null && request.headers.authorization !== wanted) {
        response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end();
        return;
      }
      setTimeout(() => {
        const file = createReadStream(join(root, normalize(path)));
        file.on("error", () => response.writeHead(404).end());
        file.on("open", () => response.writeHead(200));
        file.pipe(response);
      }, this.delayMs);
    });
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
