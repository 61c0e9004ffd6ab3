import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import type { AttemptPlan } from "../../../domain/jobs/attempt-plan.js";
import type { ObservedUse } from "../../../domain/requirements/service-use.js";
import { readNotes, useFile } from "../results/notes.js";
import { addressOf, type ConnectionRecord } from "./connection-record.js";

const mostOthers = 20;
const mostNoted = 50;
const lookupMs = 2_000;
/** DNS queries are not shown. */
const dnsPort = 53;

type ServiceAddresses = NonNullable<AttemptPlan["addresses"]>;

/** Observes which services a test uses while it runs. This is only information: no verdict depends on it. */
export class ServiceUse {
  readonly #record: ConnectionRecord;
  readonly #addresses: ServiceAddresses;
  readonly #resolved: Promise<Map<string, string[]>>;
  readonly #reached: string[] = [];

  constructor(record: ConnectionRecord, addresses: ServiceAddresses) {
    this.#record = record;
    this.#addresses = addresses;
    this.#resolved = resolve(addresses);
  }

  /** Adds service addresses that were reached from a private network. */
  noteReached(addresses: readonly string[]): void {
    this.#reached.push(...addresses);
  }

  /** @param folder the attempt's folder for temporary files, where the test library writes its notes */
  async end(folder: string): Promise<ObservedUse> {
    const { addresses, isComplete } = await this.#record.end();
    const resolved = await this.#resolved;
    const services = new Set((await readNotes(folder, useFile)).flatMap(serviceIn).slice(0, mostNoted));
    for (const { service, address } of this.#addresses) if (this.#reached.includes(address)) services.add(service);
    const others: string[] = [];
    for (const connection of addresses) {
      const known = resolved.get(connection);
      for (const service of known ?? []) services.add(service);
      if (known === undefined && isElsewhere(connection)) others.push(connection);
    }
    return {
      services: [...services].sort(),
      others: others.sort().slice(0, mostOthers),
      isComplete,
      observable: [...new Set(this.#addresses.map(({ service }) => service))].sort(),
    };
  }
}

function serviceIn(note: unknown): string[] {
  const { service } = (note ?? {}) as { service?: unknown };
  return typeof service === "string" && /^\w[\w.-]{0,63}$/.test(service) ? [service] : [];
}

/** The services behind each address that a connection can have. A name that does not resolve in time is left out. */
async function resolve(addresses: ServiceAddresses): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  await Promise.all(
    addresses.map(async ({ service, address }) => {
      const { hostname, port } = new URL(`tcp://${address}`);
      for (const host of await hostsOf(hostname.replaceAll(/[[\]]/g, ""))) {
        const key = addressOf(host, Number(port));
        found.set(key, [...(found.get(key) ?? []), service]);
      }
    }),
  );
  return found;
}

async function hostsOf(name: string): Promise<string[]> {
  if (isIP(name) !== 0) return [name];
  const limit = new Promise<[]>((resolve) => setTimeout(resolve, lookupMs, []).unref());
  const found = await Promise.race([lookup(name, { all: true }).catch(() => []), limit]);
  const own = name === "localhost" ? ["127.0.0.1", "::1"] : [];
  return [...new Set([...found.map(({ address }) => address), ...own])];
}

/** Whether an address is neither on this machine's loopback, where tests talk to their own servers, nor a DNS server's. */
function isElsewhere(address: string): boolean {
  return !/^(?:127\.|\[::1\])/.test(address) && !address.endsWith(`:${dnsPort}`);
}
