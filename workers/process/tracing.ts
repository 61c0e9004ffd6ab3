import type { TraceParent, Tracing } from "../../domain/jobs/trace.js";

/** Spans are sent after at most this time. */
const delayMs = 1_000;

const off: Tracing = {
  isOn: false,
  note: () => undefined,
  newId: () => "",
  newTraceId: () => "",
  end: async () => undefined,
};

/**
 * Sends spans to OTEL_EXPORTER_OTLP_ENDPOINT (OTLP over HTTP). Without this variable, nothing is loaded or recorded. The
 * exporter reads the other variables of OpenTelemetry itself.
 */
export async function startTracing(service: string, env: NodeJS.ProcessEnv): Promise<Tracing> {
  if (!env["OTEL_EXPORTER_OTLP_ENDPOINT"] && !env["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"]) return off;
  const [{ ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags }, sdk, { OTLPTraceExporter }, resources] =
    await Promise.all([
      import("@opentelemetry/api"),
      import("@opentelemetry/sdk-trace"),
      import("@opentelemetry/exporter-trace-otlp-http"),
      import("@opentelemetry/resources"),
    ]);
  const random = new sdk.RandomIdGenerator();
  // A span is made in one step, so it uses the ids that were set just before.
  let [nextTrace, nextSpan] = ["", ""];
  const provider = new sdk.TracerProvider({
    resource: resources.resourceFromAttributes({ "service.name": service, "service.namespace": "holdfast" }),
    idGenerator: { generateTraceId: () => nextTrace, generateSpanId: () => nextSpan },
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter: new OTLPTraceExporter(), scheduledDelayMillis: delayMs })],
  });
  const tracer = provider.getTracer("holdfast");
  const parentOf = ({ traceId, spanId }: TraceParent) =>
    trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true });
  return {
    isOn: true,
    newId: () => random.generateSpanId(),
    newTraceId: () => random.generateTraceId(),
    note({ traceId, spanId, parentId, name, kind, from, to, attributes = {}, error }) {
      [nextTrace, nextSpan] = [traceId, spanId ?? random.generateSpanId()];
      const context = parentId === undefined ? ROOT_CONTEXT : parentOf({ traceId, spanId: parentId });
      const options = { kind: kind === "server" ? SpanKind.SERVER : SpanKind.INTERNAL, startTime: from, attributes };
      const span = tracer.startSpan(name, options, context);
      if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: error });
      span.end(Math.max(from, to));
    },
    async end() {
      await provider.shutdown().catch(() => undefined);
    },
  };
}
