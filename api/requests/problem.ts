import type { ErrorRequestHandler, RequestHandler, Response } from "express";
import { z } from "zod";
import { errorPage } from "../../dashboard/error-page.js";
import { NoGridError } from "../../db/grid/grid-config.js";
import { StaleLeaseError } from "../../db/queue/leases.js";
import { UnknownJobError } from "../../db/jobs/jobs.js";
import { FileError, type FileMistake } from "../../domain/config/located-yaml.js";
import { isDatabaseAway } from "../answers/database-log.js";
import { type ProblemCode, problemStatus } from "../contract/problems.js";
import { SourceError, UnknownTestError } from "../../source/pack/packed.js";

/** An error answer, as RFC 9457 describes it. */
export class Problem extends Error {
  override name = "Problem";
  readonly code: ProblemCode;
  readonly status: number;
  readonly mistakes: FileMistake[];
  /** @param status only if it differs from the usual status of the code */
  constructor(
    code: ProblemCode,
    detail: string,
    { status = problemStatus[code], mistakes = [] }: { status?: number; mistakes?: FileMistake[] } = {},
  ) {
    super(detail);
    this.code = code;
    this.status = status;
    this.mistakes = mistakes;
  }
}

/** Whether a disk of the grid is full: that of this process, or that of PostgreSQL. */
export function isDiskFull(error: unknown): boolean {
  return ["ENOSPC", "EDQUOT", "53100"].includes((error as { code?: string }).code ?? "");
}

export function noRoom(): Problem {
  return new Problem("no-room", "the disk of the grid has no space for this now; try again later");
}

/** Refuses an unusable Idempotency-Key. */
export const checkKey: RequestHandler = (request, _response, next) => {
  const key = request.get("Idempotency-Key");
  if (key !== undefined && !/^[\x21-\x7e]{1,200}$/.test(key))
    throw new Problem("wrong-request", "Idempotency-Key: must be 1 to 200 printable ASCII characters without spaces");
  next();
};

export const notFound: RequestHandler = (request) => {
  throw new Problem("no-such-address", `there is nothing at ${request.method} ${request.path}`);
};

/** The only place where errors become answers. An unexpected error is logged, and answered without details. */
export function answerErrors(log: (error: unknown) => void): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error);
    const problem = toProblem(error);
    if (problem.status >= 500) log(error);
    const isPage = !request.originalUrl.startsWith("/api/") && request.accepts(["json", "html"]) === "html";
    if (!isPage) return sendProblem(response, problem);
    response
      .status(problem.status)
      .type("html")
      .send(errorPage({ status: problem.status, detail: problem.message }));
  };
}

function sendProblem(response: Response, { status, code, message, mistakes }: Problem): void {
  response
    .status(status)
    .type("application/problem+json")
    .send(
      JSON.stringify({
        type: `urn:holdfast:${code}`,
        title: code.replaceAll("-", " "),
        status,
        code,
        detail: message,
        ...(mistakes.length === 0 ? {} : { mistakes }),
      }),
    );
}

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof FileError) return new Problem("wrong-suite-file", error.message, { mistakes: error.mistakes });
  if (error instanceof UnknownTestError) return new Problem("unknown-test", error.message);
  if (error instanceof SourceError) {
    const code = error.identifier.slice("user/".length);
    const status = code === "source-too-large" ? 413 : 422;
    return new Problem(code in problemStatus ? (code as ProblemCode) : "wrong-source", error.message, { status });
  }
  if (error instanceof z.ZodError)
    return new Problem(
      "wrong-request",
      error.issues.map(({ path, message }) => `${path.join(".") || "body"}: ${message}`).join("; "),
    );
  if (error instanceof UnknownJobError) return new Problem("unknown-job", error.message);
  if (error instanceof StaleLeaseError) return new Problem("stale-lease", error.message);
  if (error instanceof NoGridError) return new Problem("no-grid", error.message);
  if (isDiskFull(error)) return noRoom();
  if (isDatabaseAway(error))
    return new Problem("database-away", "the grid's database does not answer; try again in a moment");
  const { status, type, message } = error as { status?: number; type?: string; message?: string };
  if (type === "entity.too.large")
    return new Problem("source-too-large", "the upload is larger than this grid accepts (limits.source in grid.yaml)");
  if (status !== undefined && status >= 400 && status < 500)
    return new Problem("wrong-request", message ?? "the request is wrong", { status });
  return new Problem("internal", "something went wrong inside the grid; its log says what");
}
