import { parseTraceParent, type SpanSink } from "../../../domain/jobs/trace.js";

/** Runs a phase of an attempt, and records a span for it if tracing is on. */
export type TracePhase = <T>(name: string, work: () => Promise<T>) => Promise<T>;

/** @param traceparent the attempt's own place in a trace; undefined if tracing is off */
export function tracePhases(tracing: SpanSink, machine: string, traceparent: string | undefined): TracePhase {
  const parent = parseTraceParent(traceparent);
  if (!tracing.isOn || parent === undefined) return async (_name, work) => work();
  return async (name, work) => {
    const from = Date.now();
    const note = (error?: unknown) =>
      tracing.note({
        traceId: parent.traceId,
        parentId: parent.spanId,
        name,
        from,
        to: Date.now(),
        attributes: { "holdfast.machine": machine },
        error: error instanceof Error ? error.message : undefined,
      });
    try {
      const result = await work();
      note();
      return result;
    } catch (error) {
      note(error);
      throw error;
    }
  };
}
