import type { WatchOrder } from "../../domain/jobs/attempt-plan.js";
import { countProbe, isSuspect, type ServiceHealth, unknownHealth } from "../../domain/health/health.js";
import { probe } from "../../probes/probe.js";

/** The interval of probes near a change of state, if the normal one is longer. */
const suspectMs = 1_000;
const roundMs = 250;

interface WatchRecord {
  order: WatchOrder;
  health: ServiceHealth;
  /** Null before the first probe. */
  at: string | null;
  dueAt: number;
  isBusy: boolean;
}

/** Watches, from this machine, the services that each machine has or probes itself. */
export class ServiceWatch {
  readonly #watched = new Map<string, WatchRecord>();
  readonly #onChange: () => void;
  readonly #timer = setInterval(() => this.#round(), roundMs);

  /** @param onChange called when a service has changed, so that it is reported at once */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Watches only the services that the grid orders now. */
  follow(orders: readonly WatchOrder[]): void {
    for (const service of this.#watched.keys())
      if (!orders.some((order) => order.service === service)) this.#watched.delete(service);
    for (const order of orders) {
      const known = this.#watched.get(order.service);
      if (known !== undefined) known.order = order;
      else {
        const health = unknownHealth(new Date().toISOString());
        this.#watched.set(order.service, { order, health, at: null, dueAt: 0, isBusy: false });
      }
    }
  }

  /** The health of each service so far. */
  counted(): { service: string; health: ServiceHealth; at: string }[] {
    return [...this.#watched.values()].flatMap(({ order, health, at }) =>
      at === null ? [] : [{ service: order.service, health, at }],
    );
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #round(): void {
    for (const each of this.#watched.values()) if (!each.isBusy && each.dueAt <= Date.now()) void this.#probe(each);
  }

  async #probe(each: WatchRecord): Promise<void> {
    each.isBusy = true;
    const { order } = each;
    const result = await probe(order.probe, order.timeoutMs);
    const before = each.health.state;
    const counted = countProbe(each.health, result, order.policy);
    each.health = result.ok ? counted : { ...counted, detail: result.detail };
    each.at = result.at;
    each.dueAt = Date.now() + (isSuspect(counted) ? Math.min(suspectMs, order.everyMs) : order.everyMs);
    each.isBusy = false;
    if (counted.state !== before) this.#onChange();
  }
}
