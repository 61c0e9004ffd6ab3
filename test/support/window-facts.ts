import type { Watched } from "../../domain/verdict/attempt.js";
import { machineChecks, serviceCheck } from "../../domain/verdict/checks.js";
import type { ServiceProof } from "../../domain/verdict/environment/service-proof.js";
import type { BadInterval } from "../../domain/verdict/environment/bad-interval.js";
import type { WindowFacts } from "../../domain/verdict/environment/cleanliness.js";

/** A second after the epoch, as ISO time. The attempt lasts from 100 to 160, and its first subtest fails at 130. */
export const at = (second: number) => new Date(second * 1_000).toISOString();

export const down = (from: number, since: number, to: number | null, detail = "refused"): BadInterval => ({
  from: at(from),
  since: at(since),
  to: to === null ? null : at(to),
  detail,
});

/** A record of the whole attempt, bad at these times. */
export const record = (check: string, ...bad: [number, number][]): Watched => ({
  check,
  from: at(100),
  to: at(161),
  looks: 61,
  apartMs: 1_010,
  bad: bad.map(([from, to]) => ({ from: at(from), to: at(to), detail: "gone" })),
});

export const service = (name: string, difference: Partial<ServiceProof> = {}): ServiceProof => ({
  name,
  from: "both",
  severity: "down",
  state: "up",
  since: at(0),
  excuse: null,
  isStale: false,
  lastGoodAt: at(158),
  outages: [],
  failedProbes: [],
  gaps: [],
  probed: { ok: true, at: at(162), detail: "" },
  ...difference,
});

/** The facts of an attempt on alpha that needs nfs and licence (which only the control side sees). Everything is healthy. */
export function facts(difference: Partial<WindowFacts> = {}): WindowFacts {
  return {
    machine: "alpha",
    from: at(100),
    to: at(130),
    endedAt: at(160),
    clock: { offsetMs: 0, errorMs: 2 },
    watch: [...machineChecks, serviceCheck("nfs", "alpha"), "name nfs.lab"].map((check) => record(check)),
    services: [service("nfs"), service("licence", { from: "control" })],
    ...difference,
  };
}

/** The same facts, with one record replaced. */
export const watching = (one: Watched): WindowFacts => {
  const { watch } = facts();
  return facts({ watch: [...watch!.filter(({ check }) => check !== one.check), one] });
};

/** The same facts, with a difference in one service. */
export const knowing = (name: string, difference: Partial<ServiceProof>): WindowFacts =>
  facts({ services: facts().services.map((each) => (each.name === name ? { ...each, ...difference } : each)) });
