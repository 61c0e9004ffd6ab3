import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { BenchGrid } from "../grid.js";
import { until } from "./patience.js";

const patienceMs = 8_000;

/**
 * Runs of the job itself that came to a result, since its proof last started over because what was compared with it
 * did not pass either. So what infrastructure swallowed, or made fail, changes nothing.
 */
const countedRuns = `
  with started_over as (
    select coalesce(max(number), 0) as number from attempts where job_id = $1
      and ((purpose = 'baseline' and outcome = 'candidate') or (purpose in ('control', 'quiet') and outcome <> 'passed')))
  select machine from attempts where job_id = $1 and purpose not in ('baseline', 'control', 'quiet')
    and outcome in ('passed', 'candidate') and number > (select number from started_over) order by number`;

/**
 * Tells tests that do not always fail whether this run works, from how the job's counted runs before it have ended.
 * - one in three: the first of each three such runs fails.
 * - one machine: a run fails on the machine of the first such run, which thereby is one that failed.
 */
export class Oracle {
  #grid: BenchGrid | undefined;
  #server: Server | undefined;
  origin = "";

  async start(): Promise<this> {
    const server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
      const answer = this.#works(pathname.slice(1), searchParams.get("job") ?? "", searchParams.get("machine") ?? "");
      answer.then(
        (works) => response.end(works ? "works" : "does not work"),
        (error: Error) => response.writeHead(500).end(error.message),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    this.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.#server = server;
    return this;
  }

  /** From now on it looks at this grid's database. */
  watch(grid: BenchGrid): void {
    this.#grid = grid;
  }

  stop(): void {
    this.#server?.closeAllConnections();
    this.#server?.close();
  }

  async #works(defect: string, job: string, machine: string): Promise<boolean> {
    const runs = await until("the attempts of a job", patienceMs, () =>
      this.#grid?.query<{ machine: string }>(countedRuns, [job]),
    );
    return defect === "one-in-three" ? runs.length % 3 !== 0 : runs.length > 0 && runs[0]!.machine !== machine;
  }
}
