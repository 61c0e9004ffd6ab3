import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GridClient } from "../../client/grid-client.js";
import { assignPorts } from "../../grid/ports.js";
import { type BenchGrid, startBenchGrid } from "../grid.js";
import { gridFile, type ServiceName, serviceNames } from "./grid-file.js";
import { Machines } from "./machines.js";
import { NameServer } from "./name-server.js";
import { Oracle } from "./oracle.js";
import { Presence } from "./presence.js";
import { Relay } from "./relay.js";
import { Repository } from "./repository.js";
import { Service } from "./service.js";
import type { LabEnvironment } from "./source.js";

/** A real grid and the world around it. The suite starts all of it. */
export interface Lab {
  folder: string;
  grid: BenchGrid;
  client: GridClient;
  services: Record<ServiceName, Service>;
  names: NameServer;
  repository: Repository;
  relay: Relay;
  presence: Presence;
  /** Null if we are not root. */
  machines: Machines | null;
  environment: LabEnvironment;
}

/** Ends everything that was started, in reverse order, even if not everything was started. */
export class Teardown {
  readonly #steps: (() => unknown)[] = [];
  #ending: Promise<void> | undefined;

  /** Adds a step. A step that is added after `end` runs at once. */
  add(step: () => unknown): void {
    if (this.#ending === undefined) this.#steps.push(step);
    else void step();
  }

  /** Ends everything. Later calls wait for the first one. */
  end(): Promise<void> {
    this.#ending ??= this.#run();
    return this.#ending;
  }

  async #run(): Promise<void> {
    for (const step of this.#steps.reverse()) {
      try {
        await step();
      } catch (error) {
        process.stderr.write(`while ending: ${(error as Error).message}\n`);
      }
    }
  }
}

export const isRoot = process.getuid?.() === 0;
const name = "stock.chaos.test";

/** Starts everything. Each part is added to `teardown` as soon as it exists. */
export async function openLab(teardown: Teardown): Promise<Lab> {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-chaos-"));
  teardown.add(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));
  const ports = await assignPorts(folder, [...serviceNames, "smtp", "http"]);
  const services = {} as Record<ServiceName, Service>;
  for (const service of serviceNames) {
    services[service] = new Service(service, ports[service]!);
    teardown.add(() => services[service].stop());
    await services[service].start();
  }
  // Programs ask their name server on port 53. Our own loopback address avoids conflicts with other name servers.
  const loopback = `127.${((process.pid >> 8) % 200) + 20}.${process.pid % 250}.53`;
  const names = new NameServer(name, isRoot ? loopback : "127.0.0.1", isRoot ? 53 : 0);
  teardown.add(() => names.stop());
  await names.start();
  const oracle = await new Oracle().start();
  teardown.add(() => oracle.stop());
  const presence = await new Presence().start();
  teardown.add(() => presence.stop());
  const repository = new Repository(folder);
  teardown.add(() => repository.stop());
  await repository.create();
  const relay = new Relay(folder, { smtp: ports["smtp"]!, http: ports["http"]! });
  teardown.add(() => relay.stop());
  await relay.start();
  const machines = isRoot ? new Machines() : null;
  if (machines !== null) teardown.add(() => machines.remove());

  const nameServer = isRoot ? null : `${names.address}:${names.port}`;
  const file = gridFile({ ports, name, nameServer });
  const starting = startBenchGrid(file, (data) => {
    const launch = machines?.launch(folder, names.address, data) ?? { before: [], env: {} };
    return { ...launch, env: { ...launch.env, SMTP_URL: relay.smtpUrl } };
  });
  teardown.add(async () => (await starting).stop());
  const grid = await starting;
  oracle.watch(grid);
  const client = grid.patientClient;
  const environment = { oracle: oracle.origin, presence: presence.address, name, nameServer };
  return { folder, grid, client, services, names, repository, relay, presence, machines, environment };
}
