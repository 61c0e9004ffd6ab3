import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { packFolder } from "../../../source/pack/pack.js";
import { eventually } from "../../support/eventually.js";
import { TestGrid } from "../../support/grid.js";

interface Span {
  service: string;
  traceId: string;
  spanId: string;
  parentSpanId: string;
  name: string;
  status: { code?: number };
}

interface ExportRequest {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue: string } }[] };
    scopeSpans: { spans: Omit<Span, "service">[] }[];
  }[];
}

describe("traces for OpenTelemetry", () => {
  let grid: TestGrid;
  let collector: Server;
  const spans: Span[] = [];
  beforeAll(async () => {
    collector = createServer((request, response) => {
      const pieces: Buffer[] = [];
      request.on("data", (piece: Buffer) => pieces.push(piece));
      request.on("end", () => {
        const { resourceSpans } = JSON.parse(Buffer.concat(pieces).toString("utf8")) as ExportRequest;
        for (const { resource, scopeSpans } of resourceSpans) {
          const service = resource.attributes.find(({ key }) => key === "service.name")!.value.stringValue;
          spans.push(...scopeSpans.flatMap((scope) => scope.spans.map((span) => ({ ...span, service }))));
        }
        response.writeHead(200, { "content-type": "application/json" }).end("{}");
      });
    });
    await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
    const { port } = collector.address() as AddressInfo;
    grid = await new TestGrid("machines: { alpha: {} }\nservices: { nfs: { probe: { script: 'true' } } }\n", {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    }).start();
  });
  afterAll(async () => {
    await grid.stop();
    collector.closeAllConnections();
    collector.close();
  });

  test("one trace leads from the caller through the request and the job to what the agent did", async () => {
    const suite = "owner: dev@example.org\ntests:\n  one: { test: exit 1, prepare: 'true', require: [service:nfs] }\n";
    const sourceHash = await grid.client.upload(await packFolder(grid.source({ "holdfast.yaml": suite })));
    await grid.client.pause({ scope: "service:nfs", reason: "moves" });
    const [traceId, caller] = ["4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"];
    const answer = await grid.fetch(`${grid.endpoints.api}/api/v1/submissions`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "idempotency-key": randomUUID(),
        traceparent: `00-${traceId}-${caller}-01`,
      },
      body: JSON.stringify({ source: { kind: "upload", sourceHash } }),
    });
    const { jobs } = (await answer.json()) as { jobs: { jobId: string }[] };
    await grid.jobIn(jobs[0]!.jobId, "held");
    await grid.client.resume({ scope: "service:nfs", reason: "moved" });
    await grid.finished(jobs[0]!.jobId);
    const ours = () => spans.filter((span) => span.traceId === traceId);
    await eventually("the spans of the job", async () =>
      ours().some(({ name }) => name === "job one") && ours().filter(({ name }) => name === "test").length > 1
        ? true
        : undefined,
    );
    const parentOf = (span: Span) => ours().find(({ spanId }) => spanId === span.parentSpanId);
    const path = (span: Span | undefined): string[] => (span === undefined ? [] : [...path(parentOf(span)), span.name]);
    const request = ours().find(({ name }) => name === "POST /api/v1/submissions")!;
    expect(request).toMatchObject({ parentSpanId: caller, service: "holdfast-api" });
    const tested = ours().find(({ name }) => name === "test")!;
    expect(tested.service).toBe("holdfast-agent-alpha");
    expect(path(tested)).toEqual(["POST /api/v1/submissions", "job one", "attempt 1 on alpha", "test"]);
    const held = ours().find(({ name }) => name === "held: nfs");
    expect(path(held)).toEqual(["POST /api/v1/submissions", "job one", "held: nfs"]);
    // A failure is an error in the trace; OTLP writes 2 for it.
    expect(ours().find(({ name }) => name === "job one")!.status.code).toBe(2);
    const phases = ours().filter(({ parentSpanId }) => parentSpanId === tested.parentSpanId);
    expect(phases.map(({ name }) => name)).toEqual(["fetch", "prepare", "build", "test", "collect"]);
  });
});
