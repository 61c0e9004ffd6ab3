import { agentName } from "./agent-name.js";
import type { ProcessSpec, Supervisor } from "./supervisor.js";

/** Runs one agent for each machine that the configuration names. */
export class Agents {
  readonly #supervisor: Supervisor;
  readonly #specOf: (machine: string) => ProcessSpec;

  constructor(supervisor: Supervisor, specOf: (machine: string) => ProcessSpec) {
    this.#supervisor = supervisor;
    this.#specOf = specOf;
  }

  /** Starts the agents of new machines, and ends the agents of removed machines. */
  async follow(machines: readonly string[]): Promise<void> {
    const running = this.#supervisor.names().filter((name) => name.startsWith(agentName("")));
    const wanted = new Set(machines.map(agentName));
    await Promise.all(running.filter((name) => !wanted.has(name)).map((name) => this.#supervisor.dismiss(name)));
    for (const machine of machines)
      if (!running.includes(agentName(machine))) this.#supervisor.start(this.#specOf(machine));
  }
}
