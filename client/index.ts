import { hasEndedWithoutJobs } from "../domain/jobs/submission-result.js";
import { type ServerEvent, readEventStream } from "./event-stream.js";
import { createGridClient, type Job, type Submission } from "./grid-client.js";
import { ApiError, createRequests, toError, UnreachableGridError } from "./requests.js";

export type { Downtime, Grid, GridClient, Job, Submission, SubmissionRequest, Why } from "./grid-client.js";
export type { ServerEvent } from "./event-stream.js";
export { ApiError, UnreachableGridError } from "./requests.js";

export interface ClientOptions {
  /** Origin of the API. */
  url: string;
  token: string;
  /** Time limit of one request. */
  timeoutMs?: number;
  /** How long to wait for a grid that does not answer. Requests that create something are sent again with the same key. */
  patienceMs?: number;
}

export type Client = ReturnType<typeof createClient>;

const pause = async (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const retryMs = 1_000;
const page = 100;

/** A client of a grid. It throws `ApiError` for an answer that is an error, `UnreachableGridError` without an answer. */
export function createClient({ url, token, timeoutMs = 60_000, patienceMs = 30_000 }: ClientOptions) {
  const grid = createGridClient(createRequests(url, token, { timeoutMs, patienceMs }));
  const base = `${url.replace(/\/+$/, "")}/api/v1`;

  /** Events of a stream; after a loss it continues after the last one. `open` comes each time when it is connected. */
  async function* stream(path: string, { signal, lastEventId }: StreamOptions): AsyncGenerator<ServerEvent> {
    for (let last = lastEventId; !isAborted(signal);) {
      const left = new AbortController();
      try {
        const headers = { authorization: `Bearer ${token}`, ...(last === undefined ? {} : { "last-event-id": last }) };
        const answer = await fetch(base + path, { headers, signal: anyOf(left.signal, signal) });
        if (!answer.ok) throw await toError(answer);
        yield { event: "open", id: "", data: {} };
        for await (const event of readEventStream(answer)) {
          last = event.id;
          yield event;
          if (event.event === "end") return;
        }
      } catch (error) {
        if (isAborted(signal)) return;
        if (error instanceof ApiError && error.status < 500 && error.status !== 429) throw error;
      } finally {
        // A reader that stops closes the connection.
        left.abort();
      }
      await pause(retryMs);
    }
  }

  return {
    ...grid,

    /** What changes in the grid. @param filter `kind` and `project` */
    async *events(filter: Record<string, string> = {}, options: StreamOptions = {}): AsyncGenerator<ServerEvent> {
      for await (const event of stream(`/events?${new URLSearchParams(filter).toString()}`, options))
        if (event.event !== "open") yield event;
    },

    /** The log of an attempt as it grows, until its end. The last attempt, if none is named. */
    async *followLog(jobId: string, attempt?: number, options: StreamOptions = {}): AsyncGenerator<string> {
      const number = attempt ?? (await grid.job(jobId)).attempts.at(-1)?.number ?? 1;
      const path = `/jobs/${encodeURIComponent(jobId)}/log/events?attempt=${number}`;
      for await (const { data } of stream(path, options)) yield (data as { text?: string }).text ?? "";
    },

    /** All jobs that a filter lets through, newest first, page by page. */
    async *allJobs(filter: Record<string, string> = {}): AsyncGenerator<Job> {
      for (let before: string | null = null; ;) {
        const list: { jobs: Job[]; next: string | null } = await grid.jobs({
          ...filter,
          limit: String(page),
          ...(before === null ? {} : { before }),
        });
        yield* list.jobs;
        if (list.next === null) return;
        before = list.next;
      }
    },

    /** Waits until every job of a submission has its verdict, or it ended without jobs. */
    async waitForSubmission(submissionId: string, { signal }: StreamOptions = {}): Promise<Submission> {
      const isOver = ({ state, jobs }: Submission) =>
        hasEndedWithoutJobs(state) || (jobs.length > 0 && jobs.every(({ verdict }) => verdict !== null));
      const path = `/submissions/${encodeURIComponent(submissionId)}/events`;
      for await (const { event, data } of stream(path, signal === undefined ? {} : { signal })) {
        const { verdict = null } = data as { verdict?: string | null };
        // Other changes are no end.
        if (event === "job" && verdict === null) continue;
        const askedAt = Date.now();
        const submission = await grid.submission(submissionId);
        if (isOver(submission)) return submission;
        // A large submission takes long to answer.
        await pause(Math.min(10_000, 10 * (Date.now() - askedAt)));
      }
      throw new UnreachableGridError("stopped waiting");
    },
  };
}

function anyOf(own: AbortSignal, given: AbortSignal | undefined): AbortSignal {
  return given === undefined ? own : AbortSignal.any([own, given]);
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

interface StreamOptions {
  signal?: AbortSignal;
  /** The id of the last event that was seen. */
  lastEventId?: string;
}
