import type { AttemptPlan } from "../../../domain/jobs/attempt-plan.js";
import type { Watched } from "../../../domain/verdict/attempt.js";
import { probeEveryMs } from "../../../domain/health/watch-pace.js";
import { diskSeries } from "./disk.js";
import { ProbeSeries } from "./probe-series.js";
import { MachineWatch } from "./machine.js";
import { nameSeries, ServiceSeries } from "./service-series.js";

export interface WatchOptions {
  plan: Pick<AttemptPlan, "services">;
  machine: string;
  /** A folder of the agent. It exists, whatever the test does to its own folder. */
  folder: string;
  /** The interval of a service's probes, in ms, according to the last orders; undefined if they do not name one. */
  paceOf: (service: string) => number | undefined;
  /** See `MachineWatch`. */
  memoryLimitKills: () => number;
}

/** Watches the environment of a test while it runs (docs/verdict.md, section 2). */
export class AttemptWatch {
  readonly #machine: MachineWatch;
  readonly #looks: (ProbeSeries | ServiceSeries)[];

  constructor({ plan, machine, folder, paceOf, memoryLimitKills }: WatchOptions) {
    const services = plan.services.filter(({ fromMachine }) => fromMachine);
    this.#looks = [
      ...services.map(
        (each) => new ServiceSeries(each, machine, () => paceOf(each.name) ?? each.everyMs ?? probeEveryMs),
      ),
      ...[...diskSeries(folder), ...nameSeries(plan.services)].map((each) => new ProbeSeries(each)),
    ];
    this.#machine = new MachineWatch(memoryLimitKills);
  }

  /** Looks at everything once more and returns what was seen. */
  async finish(): Promise<Watched[]> {
    const seen = await Promise.all(this.#looks.map((each) => each.finish()));
    return [...this.#machine.finish(), ...seen];
  }

  /** Ends the watch without a result. Does nothing if it has ended already. */
  stop(): void {
    for (const each of this.#looks) each.stop();
    this.#machine.stop();
  }
}
