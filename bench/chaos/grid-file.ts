/** Machines of the suite's grid. Each has its own host. */
export const machineNames = ["alpha", "beta", "gamma"] as const;
export type MachineName = (typeof machineNames)[number];

/** Services around the suite's grid. */
export const serviceNames = ["stock", "ledger", "fragile"] as const;
export type ServiceName = (typeof serviceNames)[number];

export interface GridParts {
  ports: Record<ServiceName, number>;
  name: string;
  nameServer: string | null;
}

const slots = 2;

/**
 * grid.yaml: the rules with their usual counts, and with times scaled to tests that take seconds.
 * The probe of the stock reads its answer. The probe of the ledger sees only that it accepts connections.
 */
export function gridFile({ ports, name, nameServer }: GridParts): string {
  const often = { every: "500ms", timeout: "1s", down: 2, up: 2 };
  const accepts = (service: ServiceName) => ({ probe: { tcp: `127.0.0.1:${ports[service]}` }, ...often });
  const file = {
    services: {
      stock: { probe: { http: `http://127.0.0.1:${ports.stock}/health`, body: "in order" }, ...often },
      ledger: accepts("ledger"),
      fragile: accepts("fragile"),
      names: { probe: { dns: name, ...(nameServer === null ? {} : { server: nameServer }) }, ...often },
    },
    machines: Object.fromEntries(machineNames.map((machine) => [machine, { slots }])),
    admins: ["admin@example.org"],
    hold: { budget: "1h", flapping: { count: 6, within: "1m", settle: "2s", "settle-max": "4s" }, trust: "1s" },
    verdict: { "back-off": "1s", "back-off-max": "5s", grace: "1s" },
    limits: { report: "100kB" },
    mail: { gather: "500ms", calm: "2s" },
  };
  return JSON.stringify(file, null, 2);
}
