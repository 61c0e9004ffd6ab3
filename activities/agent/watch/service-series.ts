import { isIP } from "node:net";
import type { AttemptPlan } from "../../../domain/jobs/attempt-plan.js";
import type { ProbeConfig } from "../../../domain/config/probe-config.js";
import { nameCheck, serviceCheck } from "../../../domain/verdict/checks.js";
import { probeEveryMs } from "../../../domain/health/watch-pace.js";
import { HeldConnection } from "../../../probes/held-connection.js";
import { NameProbe } from "../../../probes/name-resolution.js";
import { longestProbeMs, probe } from "../../../probes/probe.js";
import type { Watched } from "../../../domain/verdict/attempt.js";
import { type ProbePlan, ProbeSeries } from "./probe-series.js";

type Service = AttemptPlan["services"][number];
const nameMs = 2_000;

/** Looks at one service from this machine. A service that is called over TCP is also watched between the looks. */
export class ServiceSeries {
  readonly #looks: ProbeSeries;
  readonly #held: HeldConnection | undefined;

  /** @param everyMs returns the interval of the looks that the grid allows now */
  constructor({ name, probe: config, timeoutMs }: Service, machine: string, everyMs: () => number) {
    const address = heldAddress(config);
    const held =
      address === undefined
        ? undefined
        : new HeldConnection(address, timeoutMs, (detail) => this.#looks.timeline.broke(detail));
    held?.hold();
    this.#held = held;
    this.#looks = new ProbeSeries({
      check: serviceCheck(name, machine),
      look: async () => {
        // One failed look is enough to doubt a run; repeats decide only whether the service is down.
        const result = await probe(config, timeoutMs);
        if (result.ok) held?.hold();
        return result;
      },
      everyMs,
      limitMs: longestProbeMs(timeoutMs),
    });
  }

  async finish(): Promise<Watched> {
    const watched = await this.#looks.finish();
    this.#held?.close();
    return watched;
  }

  stop(): void {
    this.#looks.stop();
    this.#held?.close();
  }
}

/** The plans for looks at every host name by which the services are called. */
export function nameSeries(services: readonly Service[]): ProbePlan[] {
  const names = new Set(services.flatMap(({ probe }) => namesIn(probe)));
  return [...names].map((name) => {
    const asked = new NameProbe(name, nameMs);
    return {
      check: nameCheck(name),
      look: () => asked.probe(),
      everyMs: () => probeEveryMs,
      limitMs: 2 * longestProbeMs(nameMs),
    };
  });
}

/** `<host>:<port>` of a service to which a connection can be held open; undefined for other services. */
function heldAddress(probe: ProbeConfig): string | undefined {
  if ("tcp" in probe) return probe.hold === false ? undefined : probe.tcp;
  if (!("http" in probe)) return undefined;
  const { hostname, port, protocol } = new URL(probe.http);
  return `${hostname.replaceAll(/[[\]]/g, "")}:${port === "" ? (protocol === "https:" ? "443" : "80") : port}`;
}

function namesIn(probe: ProbeConfig): string[] {
  const host =
    "tcp" in probe
      ? probe.tcp.slice(0, probe.tcp.lastIndexOf(":"))
      : "http" in probe
        ? new URL(probe.http).hostname.replaceAll(/[[\]]/g, "")
        : "";
  return host === "" || isIP(host) !== 0 ? [] : [host];
}
