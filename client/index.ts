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
const pageSize = 100;

/** A client of a grid. It throws `ApiError` if the API answers with an error, and `UnreachableGridError` if nothing answers. */
export function createClient({ url, token, timeoutMs = 60_000, patienceMs = 30_000 }: ClientOptions) {
  const grid = createGridClient(createRequests(url, token, { timeoutMs, patienceMs }));
  const base = `${url.replace(/\/+$/, "")}/api/v1`;

  /**
   * Yields the events of a stream. It reconnects after a loss and continues after the last event. Each connection begins
   * with `open`.
   */
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
        // If the reader stops, this closes the connection.
        left.abort();
      }
      await pause(retryMs);
    }
  }

  return {
    ...grid,

    /** Yields the changes in the grid. @param filter `kind` and `project` */
    async *events(filter: Record<string, string> = {}, options: StreamOptions = {}): AsyncGenerator<ServerEvent> {
      for await (const event of stream(`/events?${new URLSearchParams(filter).toString()}`, options))
        if (event.event !== "open") yield event;
    },

    /** Yields the log of an attempt as it grows, until its end. @param attempt its number; the default is the last attempt */
    async *followLog(jobId: string, attempt?: number, options: StreamOptions = {}): AsyncGenerator<string> {
      const number = attempt ?? (await grid.job(jobId)).attempts.at(-1)?.number ?? 1;
      const path = `/jobs/${encodeURIComponent(jobId)}/log/events?attempt=${number}`;
      for await (const { data } of stream(path, options)) yield (data as { text?: string }).text ?? "";
    },

    /** Yields all jobs that match a filter, newest first. It requests them page by page. */
    async *allJobs(filter: Record<string, string> = {}): AsyncGenerator<Job> {
      for (let before: string | null = null; ;) {
        const list: { jobs: Job[]; next: string | null } = await grid.jobs({
          ...filter,
          limit: String(pageSize),
          ...(before === null ? {} : { before }),
        });
        yield* list.jobs;
        if (list.next === null) return;
        before = list.next;
      }
    },

    /** Waits until every job of a submission has its verdict, or until the submission has ended without jobs. */
    async waitForSubmission(submissionId: string, { signal }: StreamOptions = {}): Promise<Submission> {
      const isOver = ({ state, jobs }: Submission) =>
        hasEndedWithoutJobs(state) || (jobs.length > 0 && jobs.every(({ verdict }) => verdict !== null));
      const path = `/submissions/${encodeURIComponent(submissionId)}/events`;
      for await (const { event, data } of stream(path, signal === undefined ? {} : { signal })) {
        const { verdict = null } = data as { verdict?: string | null };
        // Changes without a verdict cannot end the submission.
        if (event === "job" && verdict === null) continue;
        const askedAt = Date.now();
        const submission = await grid.submission(submissionId);
        if (isOver(submission)) return submission;
        // The API needs long to read a large submission, so the pause grows with the time that it took.
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
