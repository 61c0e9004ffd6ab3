import type { GridConfig } from "../domain/config/grid-file.js";
import { ownServicesOf, servicePort, withPorts } from "./configuration.js";
import { serviceSpec } from "./provided-service-process.js";
import { assignPorts } from "./ports.js";
import type { Supervisor } from "./supervisor.js";

/** The services that grid.yaml asks the grid itself to start (`start`), with their ports. */
export class ProvidedServices {
  readonly #data: string;
  readonly #supervisor: Supervisor;
  /** Ports of all servers of the grid by name. */
  readonly #ports: Record<string, number>;
  /** The port of the API, which no service may get. */
  readonly #apiPort: number;
  /** Commands of running services. */
  readonly #running = new Map<string, string>();

  constructor(data: string, supervisor: Supervisor, ports: Record<string, number>, apiPort: number) {
    this.#data = data;
    this.#supervisor = supervisor;
    this.#ports = ports;
    this.#apiPort = apiPort;
  }

  /** The configuration with a port for each of these services. New services get one now. */
  async withPorts(config: GridConfig): Promise<GridConfig> {
    const added = ownServicesOf(config)
      .map(servicePort)
      .filter((name) => this.#ports[name] === undefined);
    Object.assign(this.#ports, await assignPorts(this.#data, added, [this.#apiPort, ...Object.values(this.#ports)]));
    return withPorts(config, this.#ports);
  }

  /** Starts new services, restarts changed ones, and stops removed ones. */
  async follow(config: GridConfig): Promise<void> {
    const { services } = await this.withPorts(config);
    const commands = new Map(ownServicesOf(config).map((name) => [name, services[name]?.start ?? ""]));
    for (const [name, command] of this.#running)
      if (commands.get(name) !== command) {
        await this.#supervisor.dismiss(`service-${name}`);
        this.#running.delete(name);
      }
    for (const [name, command] of commands) {
      if (this.#running.has(name)) continue;
      this.#running.set(name, command);
      this.#supervisor.start(serviceSpec(this.#data, name, command, this.#ports[servicePort(name)]!));
    }
  }
}
