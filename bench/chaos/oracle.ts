import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { BenchGrid } from "../grid.js";
import { until } from "./wait-until.js";

const patienceMs = 8_000;

/**
 * The job's own runs that came to a result since its verification last started over. It starts over when a comparison run did
 * not pass either. So runs that infrastructure lost or made fail do not count.
 */
const countedRuns = `
  with started_over as (
    select coalesce(max(number), 0) as number from attempts where job_id = $1
      and ((purpose = 'baseline' and outcome = 'candidate') or (purpose in ('control', 'quiet') and outcome <> 'passed')))
  select machine from attempts where job_id = $1 and purpose not in ('baseline', 'control', 'quiet')
    and outcome in ('passed', 'candidate') and number > (select number from started_over) order by number`;

/**
 * Tells a test that does not always fail whether this run works. The answer depends on the job's counted runs before it.
 * - one in three: the first of each three counted runs fails.
 * - one machine: the first counted run fails, and later runs fail on the same machine.
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

  /** Sets the grid whose database the oracle reads. */
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
