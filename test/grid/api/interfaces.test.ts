import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readEventStream, type ServerEvent } from "../../../client/event-stream.js";
import { packageRoot } from "../../../grid/package-root.js";
import { eventually } from "../../support/eventually.js";
import { TestGrid } from "../../support/grid.js";

/** The series of a figure of Prometheus, which is written as `name kind`. */
function seriesOf(figure: string): string[] {
  const [name, kind] = figure.split(" ") as [string, string];
  return kind === "histogram" ? ["_bucket", "_sum", "_count"].map((suffix) => name + suffix) : [name];
}

describe("what other tools take from the API", () => {
  let grid: TestGrid;
  beforeAll(async () => {
    grid = await new TestGrid(
      "machines: { alpha: {}, beta: {} }\nservices: { nfs: { probe: { script: 'true' } } }\n",
    ).start();
  });
  afterAll(() => grid.stop());

  const ask = (method: string, path: string, headers: Record<string, string> = {}, body?: string) =>
    grid.fetch(`${grid.endpoints.api}/api/v1${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
  const suite = (tests: string) => ({
    "holdfast.yaml": `owner: dev@example.org\nproject: shop\ntests:\n${tests}`,
  });
  /** Collects events until one fulfills `isLast`. */
  const follow = async (
    path: string,
    isLast: (event: ServerEvent) => boolean,
    lastEventId?: string,
    whenOpen: () => Promise<void> = async () => undefined,
  ) => {
    const events: ServerEvent[] = [];
    const headers = lastEventId === undefined ? {} : { "last-event-id": lastEventId };
    const answer = await ask("GET", path, headers);
    await whenOpen();
    for await (const event of readEventStream(answer)) {
      events.push(event);
      if (isLast(event)) return events;
    }
    return events;
  };

  test("the changes of a job are sent live, each once, and a client that reconnects misses none", async () => {
    await grid.client.pause({ scope: "grid", reason: "until somebody follows" });
    const { submissionId, jobs } = await grid.submit(suite("  one: { test: sleep 2 }\n"));
    const jobId = jobs[0]!.jobId;
    const isEnd = ({ data }: ServerEvent) => (data as { verdict?: string | null }).verdict === "pass";
    const live = await follow(
      `/submissions/${submissionId}/events`,
      isEnd,
      undefined,
      async () => void (await grid.client.resume({ scope: "grid", reason: "somebody does" })),
    );
    expect(live.every(({ event, data }) => event !== "job" || (data as { subject: string }).subject === jobId)).toBe(
      true,
    );
    expect(new Set(live.map(({ id }) => id)).size).toBe(live.length);
    const again = await follow(`/jobs/${jobId}/events`, isEnd, live[0]!.id);
    expect(again).toEqual(live.slice(1).filter(({ event }) => event === "job"));
    const states = live.map(({ data }) => (data as { state: string }).state);
    expect(states).toEqual(expect.arrayContaining(["running", "finished"]));
    const wrong = await ask("GET", "/events", { "last-event-id": "nonsense" });
    expect(wrong.status).toBe(422);
  });

  test("a client whose last event is no longer kept is told to read everything again", async () => {
    const [first] = await follow("/events", () => true, "1-1");
    expect(first?.event).toBe("reset");
  });

  test("many clients get the same events, and pauses and machines are among them", async () => {
    const isPause = ({ event }: ServerEvent) => event === "pause";
    const all = Array.from({ length: 50 }, async () => follow("/events?kind=pause", isPause));
    // The pause must come after all streams are open, so that it reaches every client.
    await eventually("all streams", async () => {
      const figures = await (await grid.fetch(`${grid.endpoints.api}/metrics`)).text();
      return figures.includes("holdfast_event_streams 50") ? true : undefined;
    });
    await grid.client.pause({ scope: "service:nfs", reason: "moves" });
    const seen = await Promise.all(all);
    expect(new Set(seen.map((events) => JSON.stringify(events))).size).toBe(1);
    await grid.client.resume({ scope: "service:nfs", reason: "moved" });
  });

  test("a log is sent live, whole characters at a time, and continues where a client stopped", async () => {
    const jobId = await grid.submitOne("test: for n in 1 2 3 4 5 6; do printf 'käse 🧀 %s\\n' $n; sleep 0.4; done");
    await grid.finished(jobId);
    const isEnd = ({ event }: ServerEvent) => event === "end";
    const text = (events: ServerEvent[]) => events.map(({ data }) => (data as { text?: string }).text ?? "").join("");
    const whole = await follow(`/jobs/${jobId}/log/events`, isEnd);
    expect(text(whole)).toBe((await grid.client.log(jobId, 1, 0)).toString("utf8"));
    const log = Buffer.from(text(whole));
    const part = (range: string) => ask("GET", `/jobs/${jobId}/log`, { range });
    const middle = await part("bytes=10-19");
    expect([middle.status, middle.headers.get("content-range")]).toEqual([206, `bytes 10-19/${log.length}`]);
    expect(Buffer.from(await middle.arrayBuffer())).toEqual(log.subarray(10, 20));
    expect(Buffer.from(await (await part("bytes=-7")).arrayBuffer())).toEqual(log.subarray(-7));
    expect(await (await part("bytes=999999-")).json()).toMatchObject({ status: 416, code: "wrong-range" });
    const long = await grid.submitOne("test: yes 'a line that is repeated' | head -c 3000000");
    await grid.finished(long);
    expect(text(await follow(`/jobs/${long}/log/events`, isEnd))).toHaveLength(3_000_000);
    const rest = await follow(`/jobs/${jobId}/log/events`, isEnd, "10");
    expect(Buffer.from(text(rest))).toEqual(Buffer.from(text(whole)).subarray(10));
  });

  test("results come as JSON and as JUnit, and infrastructure problems are never red", async () => {
    await grid.client.pause({ scope: "service:nfs", reason: "moves" });
    const { submissionId, jobs } = await grid.submit(
      suite(
        `  good: { test: "true" }\n  bad: { test: "echo '<&\\"' && exit 1" }\n  later: { test: "true", require: ["service:nfs"] }\n`,
      ),
    );
    await grid.finished(jobs[1]!.jobId);
    await grid.finished(jobs[0]!.jobId);
    await grid.client.cancel(jobs[2]!.jobId, "dev");
    await grid.finished(jobs[2]!.jobId);
    await grid.client.resume({ scope: "service:nfs", reason: "moved" });
    const json = (await (await ask("GET", `/submissions/${submissionId}/results`)).json()) as Record<string, unknown>;
    expect(json).toMatchObject({ result: "fail", isComplete: true });
    const junit = await ask("GET", `/submissions/${submissionId}/results?format=junit`);
    expect(junit.headers.get("content-type")).toMatch(/application\/xml/);
    const text = await junit.text();
    expect(text).toMatch(/<testsuites name="shop \w+" tests="3" failures="1" errors="0" skipped="1">/);
    expect(text).toMatch(/<testcase classname="shop" name="bad"[^>]*><failure message="code\/test-failed/);
    const badge = await (await ask("GET", "/badges/shop?test=good")).text();
    expect(badge).toMatch(/^<svg .*pass/s);
  });

  test("figures for Prometheus name the grid's machines and services", async () => {
    const text = await (await grid.fetch(`${grid.endpoints.api}/metrics`)).text();
    expect(text).toMatch(/^holdfast_machine_online\{machine="alpha"\} 1$/m);
    expect(text).toMatch(/^holdfast_service_up\{service="nfs"\} [01]$/m);
    expect(text).toMatch(/^holdfast_api_nodejs_eventloop_lag_p99_seconds \d/m);
    const figures = [...text.matchAll(/^# TYPE (\S+ \S+)$/gm)].map(([, figure]) => figure!);
    const known = new Set(figures.flatMap(seriesOf));
    for (const file of ["alerts.yaml", "grafana.json"]) {
      const used = readFileSync(join(packageRoot, "docs/monitoring", file), "utf8").match(/holdfast_\w+/g)!;
      expect(used.length).toBeGreaterThan(5);
      expect(used.filter((name) => !known.has(name))).toEqual([]);
    }
  });

  const hasPromtool = spawnSync("promtool", ["--version"]).status === 0;
  (hasPromtool ? test : test.skip)("promtool accepts the figures and the rules for alerts", async () => {
    const input = await (await grid.fetch(`${grid.endpoints.api}/metrics`)).text();
    const promtool = (input: string, ...words: string[]) => {
      const { status, stdout, stderr } = spawnSync("promtool", words, { input, encoding: "utf8" });
      return { status, said: `${stdout}${stderr}` };
    };
    // The names of Node's figures come from prom-client.
    const complaints = promtool(input, "check", "metrics").said.split("\n");
    expect(complaints.filter((line) => line !== "" && !/_nodejs_active_\w+_total /.test(line))).toEqual([]);
    const rules = promtool("", "check", "rules", join(packageRoot, "docs/monitoring/alerts.yaml"));
    expect(rules).toMatchObject({ status: 0, said: expect.stringContaining("SUCCESS") });
  });

  test("wrong methods, media types, parameters and reused idempotency keys have errors of their own", async () => {
    const wrongMethod = await ask("PUT", "/jobs");
    expect([wrongMethod.status, wrongMethod.headers.get("allow")]).toEqual([405, "GET"]);
    expect((await ask("POST", "/pauses", { "content-type": "text/plain" }, "x")).status).toBe(415);
    expect((await ask("GET", "/jobs?stat=held")).status).toBe(422);
    expect((await ask("GET", "/grid?x=1")).status).toBe(422);
    const headers = { "content-type": "application/json", "idempotency-key": randomUUID() };
    const outage = (hour: string) =>
      JSON.stringify({ service: "nfs", from: `2026-01-01T${hour}:00:00Z`, to: "2026-01-01T12:00:00Z", reason: "x" });
    expect((await ask("POST", "/outages", headers, outage("08"))).status).toBe(201);
    expect((await ask("POST", "/outages", headers, outage("08"))).status).toBe(201);
    const other = await ask("POST", "/outages", headers, outage("09"));
    expect([other.status, ((await other.json()) as { code: string }).code]).toEqual([422, "repeated-key"]);
  });

  test("jobs are filtered by each of their properties, and a listing that has not changed is answered with 304", async () => {
    const { jobs } = await grid.submit(suite('  filtered: { test: "true" }\n'), { branch: "next" });
    await grid.finished(jobs[0]!.jobId);
    const found = async (query: string) => {
      const list = (await (await ask("GET", `/jobs?test=filtered&${query}`)).json()) as { jobs: { jobId: string }[] };
      return list.jobs.map(({ jobId }) => jobId);
    };
    const { revision } = await grid.client.job(jobs[0]!.jobId);
    for (const query of [
      "project=shop",
      "branch=next",
      `revision=${revision}`,
      "verdict=pass",
      "owner=dev@example.org",
      "from=2026-01-01",
    ])
      expect([query, await found(query)]).toEqual([query, [jobs[0]!.jobId]]);
    for (const query of [
      "project=bank",
      "branch=main",
      "revision=x",
      "machine=gamma",
      "service=nfs",
      "label=x",
      "to=2026-01-01",
    ])
      expect([query, await found(query)]).toEqual([query, []]);
    const answer = await ask("GET", "/jobs?test=filtered");
    // `fetch` adds a cache header of its own, which prevents the answer 304.
    const status = await new Promise<number | undefined>((resolve, reject) =>
      get(
        `${grid.endpoints.api}/api/v1/jobs?test=filtered`,
        { headers: { authorization: `Bearer ${grid.token}`, "if-none-match": answer.headers.get("etag")! } },
        (same) => resolve(same.resume().statusCode),
      ).on("error", reject),
    );
    expect(status).toBe(304);
  });
});
