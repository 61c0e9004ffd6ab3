import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { problemStatus } from "../../../api/contract/problems.js";
import { routes } from "../../../api/contract/routes.js";
import { roles } from "../../../domain/access/roles.js";
import { answerSchemaOf } from "../../support/answers.js";
import { TestGrid } from "../../support/grid.js";
import { type RandomRequest, RandomRequests } from "../../support/random-requests.js";

/** HOLDFAST_FUZZ sets how many requests each role sends, HOLDFAST_SEED which ones. */
const requestsPerRole = Number(process.env["HOLDFAST_FUZZ"] ?? 400);
const seed = Number(process.env["HOLDFAST_SEED"] ?? 1);
const atOnce = 8;

describe("random requests", () => {
  let grid: TestGrid;
  let ids: string[];
  beforeAll(async () => {
    grid = await new TestGrid(
      "machines: { alpha: { slots: 2 } }\nservices: { nfs: { probe: { script: 'true' } } }\n",
    ).start();
    const { submissionId, jobs } = await grid.submit({
      "holdfast.yaml":
        'owner: dev@example.org\nproject: shop\ntests: { one: { test: "true" }, two: { test: "exit 1" } }\n',
    });
    for (const { jobId } of jobs) await grid.finished(jobId);
    ids = [submissionId, ...jobs.map(({ jobId }) => jobId), "1", "nfs", "alpha", "shop"];
  });
  afterAll(() => grid.stop());

  /** What is wrong with the answer to a request; undefined if nothing is. */
  async function faultOf(request: RandomRequest, token: string): Promise<string | undefined> {
    const { name, method, path, headers, body } = request;
    const answer = await fetch(`${grid.endpoints.api}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...headers },
      ...(body === undefined || method === "GET" ? {} : { body }),
      signal: AbortSignal.timeout(30_000),
    }).catch((error: unknown) => String(error));
    if (typeof answer === "string") return answer;
    const type = answer.headers.get("content-type") ?? "";
    if (type.startsWith("text/event-stream")) {
      await answer.body?.cancel();
      return undefined;
    }
    const text = await answer.text();
    if (answer.status >= 500) return `${answer.status} ${text}`;
    if (answer.status >= 400) {
      if (!type.startsWith("application/problem+json")) return `${answer.status} without a problem: ${text}`;
      const { code, status, detail } = JSON.parse(text) as { code?: string; status?: number; detail?: string };
      const isKnown = code !== undefined && Object.hasOwn(problemStatus, code);
      return isKnown && status === answer.status && typeof detail === "string"
        ? undefined
        : `not a valid problem: ${text}`;
    }
    // A request with another method belongs to another route.
    if (method !== routes[name].method || !type.startsWith("application/json")) return undefined;
    const result = answerSchemaOf(name)?.safeParse(JSON.parse(text));
    return result?.success === false ? `not of its schema: ${result.error.message}` : undefined;
  }

  test.each(roles)(
    "as %s: no answer is a server error, none takes long, and each follows the contract",
    async (role) => {
      const more = role === "agent" ? { machine: "beta" } : {};
      const { token } = await grid.client.createToken({ name: `random ${randomUUID()}`, role, ...more });
      const requests = new RandomRequests(seed + roles.indexOf(role), ids);
      const faults: string[] = [];
      for (let sent = 0; sent < requestsPerRole; sent += atOnce)
        await Promise.all(
          Array.from({ length: atOnce }, async () => {
            const request = requests.next();
            const fault = await faultOf(request, token);
            if (fault !== undefined) faults.push(`${JSON.stringify(request).slice(0, 600)} → ${fault.slice(0, 400)}`);
          }),
        );
      expect(faults).toEqual([]);
    },
  );

  test("afterwards nothing is lost, and the grid is ready", async () => {
    const verdicts = await Promise.all(ids.slice(1, 3).map(async (jobId) => (await grid.client.job(jobId)).verdict));
    expect(verdicts).toEqual(["pass", "fail"]);
    const health = await fetch(`${grid.endpoints.api}/ready`);
    expect(health.status).toBe(200);
  });
});
