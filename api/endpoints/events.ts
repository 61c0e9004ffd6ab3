import { setTimeout as sleep } from "node:timers/promises";
import type { Router } from "express";
import { hasAttemptEnded } from "../../db/jobs/attempts.js";
import type { GridEvent } from "../../db/events/events.js";
import { readJobView, shownAttempt } from "../../db/jobs/job-views.js";
import { readLog } from "../../db/jobs/logs.js";
import { readSubmission } from "../../db/jobs/submissions.js";
import type { ApiDependencies } from "../dependencies.js";
import { createEndpoints } from "../endpoint.js";
import { EventStream, lastEventId, streamEvents } from "../events/stream.js";
import { caller } from "../requests/caller.js";
import { Problem } from "../requests/problem.js";

const logPollMs = 500;
/** A log is sent in pieces of this size. The next piece is sent when the client has received the last one. */
const pieceBytes = 65_536;

/** Live changes as server-sent events. A client that lost the stream continues with `Last-Event-ID`. */
export function eventRoutes({ database, access, feed }: ApiDependencies): Router {
  const { router, handle } = createEndpoints(access);

  handle("followGrid", async ({ query: { kind, project = caller().project ?? undefined }, request, response }) => {
    const { project: only } = caller();
    if (only !== null && only !== project)
      throw new Problem("wrong-project", `this token is for the project ${only}, not for ${project}`);
    await streamEvents(feed, request, response, (event) => {
      const isOfProject = event.project === null || project === undefined || event.project === project;
      return isOfProject && (kind === undefined || event.kind === kind);
    });
  });

  handle("followSubmission", async ({ params: { submissionId }, request, response }) => {
    if ((await readSubmission(database, submissionId)) === undefined)
      throw new Problem("unknown-submission", `there is no submission ${submissionId}`);
    await streamEvents(feed, request, response, (event) => event.submissionId === submissionId);
  });

  handle("followJob", async ({ params: { jobId }, request, response }) => {
    await readJobView(database, jobId);
    const isOfJob = ({ kind, subject }: GridEvent) => kind === "job" && subject === jobId;
    await streamEvents(feed, request, response, isOfJob);
  });

  handle("followLog", async ({ params: { jobId }, query, request, response }) => {
    const job = await readJobView(database, jobId);
    const { attempt = shownAttempt(job) } = query;
    let offset = offsetOf(lastEventId(request)) ?? query.offset;
    const stream = new EventStream(response);
    stream.open();
    for (let isQuiet = false; stream.isOpen;) {
      const isOver = await hasAttemptEnded(database, jobId, attempt);
      const { content } = await readLog(database, jobId, attempt, offset);
      const whole = wholeCharacters(content, isOver);
      for (let rest = whole; rest.length > 0 && stream.isOpen;) {
        const piece = wholeCharacters(rest.subarray(0, pieceBytes), rest.length <= pieceBytes);
        rest = rest.subarray(piece.length);
        offset += piece.length;
        stream.send("log", String(offset), { attempt, text: piece.toString("utf8") });
        await stream.drained();
      }
      // The rest of a log can come shortly after the end of its attempt, so the stream ends after two empty reads.
      if (isOver && whole.length === 0 && isQuiet) break;
      isQuiet = isOver && whole.length === 0;
      await sleep(logPollMs);
    }
    if (stream.isOpen) stream.send("end", String(offset), { attempt });
    stream.end();
  });

  return router;
}

function offsetOf(id: string | undefined): number | undefined {
  if (id === undefined) return undefined;
  if (!/^\d{1,15}$/.test(id))
    throw new Problem("wrong-request", "Last-Event-ID: must be the id of an event of this log");
  return Number(id);
}

/** Cuts off an incomplete character at the end. Its other bytes come later. */
function wholeCharacters(content: Buffer, isComplete: boolean): Buffer {
  if (isComplete) return content;
  for (let back = 1; back <= Math.min(3, content.length); back++) {
    const byte = content[content.length - back]!;
    if (byte < 0x80) break;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return back < length ? content.subarray(0, content.length - back) : content;
    }
  }
  return content;
}
