import { Bytes } from "./bytes.js";

/** The API answered with an error. `code` is stable, the message is for people. */
export class ApiError extends Error {
  override name = "ApiError";
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** The API could not be reached. */
export class UnreachableGridError extends Error {
  override name = "UnreachableGridError";
}

export interface Requests {
  /** @throws ApiError, UnreachableGridError */
  json<T>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<T>;
  bytes(method: string, path: string, body?: Uint8Array, headers?: Record<string, string>): Promise<Bytes>;
}

export interface RequestOptions {
  /** Time limit of one request. */
  timeoutMs: number;
  /** How long to wait for a grid that does not answer. */
  patienceMs: number;
}

const firstPauseMs = 250;
const longestPauseMs = 2_000;

/** @param url origin of the API; paths are below /api/v1 */
export function createRequests(url: string, token: string | undefined, options: RequestOptions): Requests {
  const base = `${url.replace(/\/$/, "")}/api/v1`;
  const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };

  async function send(
    method: string,
    path: string,
    body: string | Uint8Array | undefined,
    headers: Record<string, string>,
  ): Promise<Response> {
    const deadline = Date.now() + options.patienceMs;
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, 2 * pauseMs)) {
      try {
        return await sendOnce(method, path, body, headers);
      } catch (error) {
        const mayPass = error instanceof UnreachableGridError || (error instanceof ApiError && error.status >= 500);
        if (!mayPass || Date.now() > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    }
  }

  async function sendOnce(
    method: string,
    path: string,
    body: string | Uint8Array | undefined,
    headers: Record<string, string>,
  ): Promise<Response> {
    let answer: Response;
    try {
      answer = await fetch(base + path, {
        method,
        headers: { ...authorization, ...headers },
        signal: AbortSignal.timeout(options.timeoutMs),
        ...(body === undefined ? {} : { body: body as string }),
      });
    } catch (error) {
      const cause = (error as Error).cause as { code?: string; message?: string } | undefined;
      throw new UnreachableGridError(
        `the grid at ${url} does not answer: ${cause?.code ?? cause?.message ?? (error as Error).message}`,
        { cause: error },
      );
    }
    if (!answer.ok) throw await toError(answer);
    return answer;
  }

  return {
    async json<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
      const sent = body === undefined ? undefined : JSON.stringify(body);
      const answer = await send(method, path, sent, {
        ...(sent === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      });
      return (answer.status === 204 ? undefined : await answer.json()) as T;
    },
    async bytes(method, path, body, headers = {}) {
      const answer = await send(method, path, body, {
        ...(body === undefined ? {} : { "content-type": "application/octet-stream" }),
        ...headers,
      });
      return new Bytes(await answer.arrayBuffer());
    },
  };
}

/** The error that an answer describes. */
export async function toError(answer: Response): Promise<ApiError> {
  const text = await answer.text();
  try {
    const problem = JSON.parse(text) as { code?: string; detail?: string; title?: string };
    return new ApiError(
      answer.status,
      problem.code ?? "unknown",
      problem.detail ?? problem.title ?? `the API answered ${answer.status}`,
    );
  } catch {
    return new ApiError(answer.status, "unknown", `the API answered ${answer.status}`);
  }
}
