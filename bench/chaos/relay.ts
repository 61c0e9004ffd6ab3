import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { compiled } from "../../grid/package-root.js";
import type { InboxMessage } from "../../grid/inbox/store.js";
import { until } from "./wait-until.js";

/** The password of the relay, for sending and for reading. */
const secret = "chaos";

/** The mail relay of the suite: the grid's own inbox in a process that can be stopped and started. */
export class Relay {
  readonly #data: string;
  readonly #ports: { smtp: number; http: number };
  #process: ChildProcess | undefined;

  constructor(data: string, ports: { smtp: number; http: number }) {
    this.#data = data;
    this.#ports = ports;
  }

  get smtpUrl(): string {
    return `smtp://holdfast:${secret}@127.0.0.1:${this.#ports.smtp}`;
  }

  async start(): Promise<this> {
    this.#process = spawn(process.execPath, [compiled("grid/inbox/main.js")], {
      env: {
        PATH: process.env["PATH"],
        HOLDFAST_DATA: this.#data,
        HOLDFAST_TOKEN: secret,
        HOLDFAST_SMTP_PASSWORD: secret,
        HOLDFAST_SMTP_PORT: String(this.#ports.smtp),
        HOLDFAST_PORT: String(this.#ports.http),
      },
      stdio: "ignore",
    });
    await until("the relay", 20_000, async () => ((await this.trouble()) === undefined ? true : undefined));
    await this.messages();
    return this;
  }

  async stop(): Promise<void> {
    const running = this.#process;
    this.#process = undefined;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const ended = once(running, "exit");
    running.kill("SIGKILL");
    await ended;
  }

  async messages(): Promise<InboxMessage[]> {
    const headers = { authorization: `Bearer ${secret}` };
    return (await (await fetch(`http://127.0.0.1:${this.#ports.http}/messages`, { headers })).json()) as InboxMessage[];
  }

  /** The error that a sender gets now; undefined if the relay works. */
  trouble(): Promise<string | undefined> {
    return new Promise((resolve) => {
      const socket = connect({ host: "127.0.0.1", port: this.#ports.smtp, timeout: 2_000 });
      socket.on("connect", () => resolve(socket.destroy() && undefined));
      socket.on("timeout", () => resolve("no answer"));
      socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });
  }
}
