import { sql } from "kysely";
import type { Queries } from "../connect.js";

/** Stores a piece of an attempt's log. A repeated piece is stored once. */
export async function appendLog(
  queries: Queries,
  jobId: string,
  attempt: number,
  startOffset: number,
  content: Buffer,
): Promise<void> {
  await sql`insert into logs (job_id, attempt, start_offset, content) values (${jobId}, ${attempt}, ${startOffset}, ${content}) on conflict do nothing`.execute(
    queries,
  );
}

/** The log of an attempt from an offset in bytes, up to the first gap. */
export async function readLog(
  queries: Queries,
  jobId: string,
  attempt: number,
  fromOffset: number,
): Promise<{ content: Buffer; nextOffset: number }> {
  const result = await sql<{ startOffset: number; content: Buffer }>`
    select start_offset, content from logs where (job_id, attempt) = ${placeOf(jobId, attempt)} and start_offset + length(content) > ${fromOffset}
    order by start_offset`.execute(queries);
  const pieces: Buffer[] = [];
  let nextOffset = fromOffset;
  for (const { startOffset: start, content } of result.rows) {
    if (start > nextOffset) break;
    pieces.push(content.subarray(nextOffset - start));
    nextOffset = start + content.length;
  }
  return { content: Buffer.concat(pieces), nextOffset };
}

/** How many bytes an attempt's log has so far. */
export async function sizeOfLog(queries: Queries, jobId: string, attempt: number): Promise<number> {
  const result = await sql<{ size: number }>`
    select coalesce(max(start_offset + length(content)), 0)::int as size from logs where (job_id, attempt) = ${placeOf(jobId, attempt)}`.execute(
    queries,
  );
  return result.rows[0]!.size;
}

/** The last bytes of an attempt's log. */
export async function readLogTail(queries: Queries, jobId: string, attempt: number, bytes: number): Promise<Buffer> {
  const result = await sql<{ content: Buffer }>`
    select content from (select start_offset, content from logs where (job_id, attempt) = ${placeOf(jobId, attempt)} order by start_offset desc limit 20) as last
    order by start_offset`.execute(queries);
  return Buffer.concat(result.rows.map((row) => row.content)).subarray(-bytes);
}

/** An attempt's log. If it is longer than `bytes`, only its beginning and its end, which together have this length. */
export async function readLogEnds(queries: Queries, jobId: string, attempt: number, bytes: number): Promise<Buffer> {
  const result = await sql<{ content: Buffer; isSeam: boolean }>`
    with whole as (select coalesce(max(start_offset + length(content)), 0) as size from logs where job_id = ${jobId} and attempt = ${attempt})
    select content, lag(start_offset + length(content)) over (order by start_offset) < start_offset as "isSeam" from logs, whole
    where job_id = ${jobId} and attempt = ${attempt} and (size <= ${bytes} or start_offset < ${bytes / 2} or start_offset >= size - ${bytes / 2})
    order by start_offset`.execute(queries);
  const pieces = result.rows.flatMap(({ content, isSeam }) => (isSeam ? [seam, content] : [content]));
  return Buffer.concat(pieces);
}

const seam = Buffer.from("\n[… the middle of the log is not searched …]\n");

/** The job and the number under which the log of an attempt is stored: the attempt's own, or those in a comparison run. */
function placeOf(jobId: string, attempt: number) {
  return sql`(
    select coalesce(min(beside.job_id), ${jobId}), coalesce(max(beside.number), ${attempt}::integer)
    from attempts own join attempts beside on beside.job_id = own.companion
    where own.job_id = ${jobId} and own.number = ${attempt})`;
}
