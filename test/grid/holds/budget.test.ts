import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { eventually } from "../../support/eventually.js";
import { runCommand, TestGrid } from "../../support/grid.js";

describe("a hold budget of 14 days, scaled to seconds", () => {
  let grid: TestGrid;
  beforeAll(async () => {
    grid = await new TestGrid(`services:
  licence: { probe: { script: "echo no seats left; exit 1" }, every: 300ms, down: 2, up: 1 }
machines: { alpha: {} }
hold: { budget: 10s }
`).start();
    await eventually("the licence to be down", async () =>
      (await grid.client.grid()).services.some(({ name, state }) => name === "licence" && state === "down")
        ? true
        : undefined,
    );
  });
  afterAll(() => grid.stop());

  const submit = () => grid.submitOne(`test: "true"\nrequire: [service:licence]`);

  test("ends in one abort with one mail: what held it, since when and for how long", async () => {
    const jobId = await submit();
    const job = await grid.finished(jobId);
    expect(job).toMatchObject({ verdict: "abort", abortReason: "hold-expired", blame: "infrastructure", attempts: [] });
    const held = Date.parse(job.holds.at(-1)!.until!) - Date.parse(job.holds[0]!.since);
    expect(held).toBeGreaterThanOrEqual(9_900);
    const [mail, ...more] = await grid.mailsOf(jobId);
    expect(more).toEqual([]);
    expect(mail!).toMatchObject({ to: ["dev@example.org"], subject: expect.stringMatching(/^ABORT /), copies: 1 });
    expect(mail!.text).toMatch(/Held .*licence for \d/);
    expect(mail!.text).toContain(`since ${job.holds[0]!.since.slice(0, 19).replace("T", " ")} UTC`);
    expect(mail!.text).not.toMatch(/fail/i);
  });

  test("can be extended by an admin, and is not used while the grid is paused", async () => {
    await grid.client.pause({ scope: "grid", reason: "power cut", by: "ann" });
    const prolonged = await submit();
    await grid.jobIn(prolonged, "held");
    expect((await runCommand(grid, "extend", prolonged, "--for", "1h", "--why", "new seats are ordered")).code).toBe(0);
    const paused = await submit();
    await grid.jobIn(paused, "held");
    await new Promise((resolve) => setTimeout(resolve, 12_000));
    expect(await grid.client.job(paused)).toMatchObject({ state: "held", verdict: null });
    await grid.client.resume({ scope: "grid", reason: "power is back", by: "ann" });
    expect(await grid.finished(paused)).toMatchObject({ verdict: "abort", abortReason: "hold-expired" });
    expect(await grid.client.job(prolonged)).toMatchObject({ state: "held", verdict: null });
    const over = await runCommand(grid, "extend", paused, "--for", "1h");
    expect([over.code, over.stderr]).toEqual([64, expect.stringContaining("cannot be given more time")]);
  });
});
