import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { compiled } from "../../grid/package-root.js";
import { until } from "./wait-until.js";
import type { Manner } from "./service-process.js";

/** How long a service stays down after a crash, because nothing restarts it at once. */
const restartMs = 1_500;

/** A service in its own process that keeps its port. It comes back after a crash, but not after it is stopped. */
export class Service {
  readonly name: string;
  readonly port: number;
  #process: ChildProcess | undefined;
  #isWanted = false;

  constructor(name: string, port: number) {
    this.name = name;
    this.port = port;
  }

  async start(): Promise<this> {
    this.#isWanted = true;
    this.#spawn();
    await until(`service ${this.name}`, 10_000, async () => ((await this.read("/health")) === "" ? undefined : true));
    return this;
  }

  /** Kills the service. It stays away until it is started. */
  async stop(): Promise<void> {
    this.#isWanted = false;
    const running = this.#process;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const ended = once(running, "exit");
    running.kill("SIGKILL");
    await ended;
  }

  /** Sets how the service answers from now on. After a crash it answers well again. */
  async answer(manner: Manner): Promise<void> {
    const running = this.#process;
    if (running === undefined) throw new Error(`service ${this.name} does not run`);
    const heard = once(running, "message");
    running.send(manner);
    await heard;
  }

  /** Its answer on a path. @throws if it does not answer; the cause names the socket's error */
  async read(path: string): Promise<string> {
    const answer = await fetch(`http://127.0.0.1:${this.port}${path}`, {
      signal: AbortSignal.timeout(2_000),
      headers: { connection: "close" },
    });
    return answer.text();
  }

  #spawn(): void {
    const started = fork(compiled("bench/chaos/service-process.js"), [this.name, String(this.port)], {
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    this.#process = started;
    started.once("exit", () => {
      setTimeout(() => {
        if (this.#isWanted && this.#process === started) this.#spawn();
      }, restartMs).unref();
    });
  }
}
