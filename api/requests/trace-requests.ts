import type { RequestHandler, Request } from "express";
import { formatTraceParent, parseTraceParent, type Tracing } from "../../domain/jobs/trace.js";

const place = "traceparent";

/** Records a span for each request, below the caller's span (W3C Trace Context). Event streams are left out: they do not end. */
export function traceRequests(tracing: Tracing): RequestHandler {
  return (request, response, next) => {
    const given = parseTraceParent(request.get("traceparent"));
    if (!tracing.isOn) {
      response.locals[place] = given === undefined ? null : formatTraceParent(given);
      return next();
    }
    const [traceId, spanId, from] = [given?.traceId ?? tracing.newTraceId(), tracing.newId(), Date.now()];
    response.locals[place] = formatTraceParent({ traceId, spanId });
    response.once("finish", () => {
      if (String(response.getHeader("content-type")).startsWith("text/event-stream")) return;
      const path = `${request.baseUrl}${(request.route as { path?: string } | undefined)?.path ?? ""}`;
      tracing.note({
        traceId,
        spanId,
        parentId: given?.spanId,
        name: `${request.method} ${path === "" ? "page" : path}`,
        kind: "server",
        from,
        to: Date.now(),
        attributes: { "http.request.method": request.method, "http.response.status_code": response.statusCode },
        error: response.statusCode >= 500 ? `status ${response.statusCode}` : undefined,
      });
    });
    next();
  };
}

/** The place of a request in its trace; null for none. */
export function traceOf(request: Request): string | null {
  return (request.res?.locals[place] as string | null | undefined) ?? null;
}
