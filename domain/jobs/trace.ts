/** Spans of traces (W3C Trace Context). */

/** `00-<trace>-<span>-<flags>` */
const form = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/;

export interface TraceParent {
  traceId: string;
  spanId: string;
}

/** A span that has ended. Times in ms since 1970. */
interface EndedSpan {
  traceId: string;
  /** The default is a random id. */
  spanId?: string;
  /** Undefined for the first span of a trace. */
  parentId?: string | undefined;
  name: string;
  kind?: "server" | "internal";
  from: number;
  to: number;
  attributes?: Record<string, string | number | boolean>;
  /** What went wrong. */
  error?: string | undefined;
}

/** Collects spans for OpenTelemetry, if that is on. */
export interface SpanSink {
  readonly isOn: boolean;
  note(span: EndedSpan): void;
}

/** A span sink for a process that begins traces. */
export interface Tracing extends SpanSink {
  /** A new span id. */
  newId(): string;
  newTraceId(): string;
  /** Sends the collected spans. */
  end(): Promise<void>;
}

/** Parses a `traceparent`. Undefined if the text has another form, or if an id is all zeros. */
export function parseTraceParent(text: string | null | undefined): TraceParent | undefined {
  const [, traceId, spanId] = form.exec(text ?? "") ?? [];
  if (traceId === undefined || spanId === undefined || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId };
}

export function formatTraceParent({ traceId, spanId }: TraceParent): string {
  return `00-${traceId}-${spanId}-01`;
}
