import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createAgentApi } from "../../../client/agent-api.js";
import { createRequests } from "../../../client/requests.js";
import { eventually } from "../../support/eventually.js";
import { TestGrid } from "../../support/grid.js";

/** The state of a process and the times that it has used: fields of /proc/<pid>/stat. */
function stateOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ")
      .slice(0, 14)
      .join(" ");
  } catch {
    return "gone";
  }
}

/** A process that hangs (SIGSTOP) is not dead: it keeps everything that it holds, and does not answer. */
describe("a grid whose processes hang", () => {
  const shared = mkdtempSync(join(tmpdir(), "holdfast-shared-"));
  let grid: TestGrid;
  beforeAll(async () => {
    grid = await new TestGrid(`machines: { alpha: { confine: false }, beta: { confine: false } }
verdict: { back-off: 500ms, back-off-max: 1s }
`).start();
  });
  afterAll(async () => {
    await grid.stop();
    rmSync(shared, { recursive: true, force: true });
  });

  for (const name of ["api", "control", "inbox"])
    test(`${name}: it is killed, comes back, and jobs continue`, async () => {
      const pid = grid.pidOf(name);
      grid.kill(name, "SIGSTOP");
      await eventually(`${name} to be killed`, async () => (grid.pidOf(name) === pid ? undefined : true)).catch(
        (error: Error) => {
          const seen = `${name}: ${stateOf(pid)}, supervisor: ${stateOf(grid.pid)}`;
          throw new Error(`${error.message}; ${seen}; the supervisor said:\n${grid.stderr}`, { cause: error });
        },
      );
      expect(grid.stderr).toMatch(new RegExp(`${name} hung`));
      expect(await grid.finished(await grid.submitOne('test: "true"'))).toMatchObject({ verdict: "pass" });
    });

  test("a late report from before an attempt began does not end that attempt", async () => {
    const jobId = await grid.submitOne("test: sleep 20");
    const { attempts } = await grid.jobIn(jobId, "running");
    const machine = attempts.at(-1)!.machine;
    const lease = async () =>
      (
        await grid.query<{ released: boolean; started: string; ending: string }>(
          `select released_at is not null as released, to_char(confirmed_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as started,
            ending_since as ending from leases where job_id = $1`,
          [jobId],
        )
      )[0]!;
    const { started } = await lease();
    const agent = createAgentApi(
      createRequests(grid.endpoints.api, grid.token, { timeoutMs: 10_000, patienceMs: 20_000 }),
    );
    const pid = grid.pidOf(`agent-${machine}`);
    process.kill(pid, "SIGSTOP");
    await grid.query("update leases set ending_since = now() where job_id = $1", [jobId]);
    const report = { agent: "0, an older one", facts: {}, leases: [], services: [] };
    await agent.report(machine, { ...report, asOf: started });
    expect(await lease()).toMatchObject({ released: false });
    // A report that was made after the attempt was given up shows that the attempt is over.
    const { asOf } = await agent.report(machine, { ...report, asOf: started });
    await agent.report(machine, { ...report, asOf: asOf! });
    expect(await lease()).toMatchObject({ released: true });
    process.kill(pid, "SIGCONT");
    expect(await grid.finished(jobId)).toMatchObject({ verdict: "pass" });
    expect(await grid.mailsOf(jobId)).toHaveLength(1);
  });

  test("a hung agent: its job runs on another machine only when the first run is over", async () => {
    const log = join(shared, "log");
    // Each run writes a line ten times a second. The run of the stopped agent does not end by itself.
    const command = `for i in $(seq 1 80); do echo "$HOLDFAST_ATTEMPT $(date +%s%N)" >> ${log}; sleep 0.1; done`;
    const jobId = await grid.submitOne(`test: ${JSON.stringify(command)}`);
    const { attempts } = await grid.jobIn(jobId, "running");
    const machine = attempts.at(-1)!.machine;
    await eventually("the test to write", async () => (readFileSync(log, "utf8").length > 0 ? true : undefined));
    grid.kill(`agent-${machine}`, "SIGSTOP");
    expect(await grid.finished(jobId)).toMatchObject({ verdict: "pass" });
    const lines = readFileSync(log, "utf8")
      .trim()
      .split("\n")
      .map((line) => line.split(" "));
    const times = new Map<string, bigint[]>();
    for (const [attempt, time] of lines) times.set(attempt!, [...(times.get(attempt!) ?? []), BigInt(time!)]);
    expect(times.size).toBeGreaterThan(1);
    const spans = [...times.values()].map((all) => [all[0]!, all.at(-1)!] as const);
    for (const [index, [, end]] of spans.entries())
      for (const [begin] of spans.slice(index + 1)) expect(begin > end).toBe(true);
    expect(await grid.mailsOf(jobId)).toHaveLength(1);
  });
});
