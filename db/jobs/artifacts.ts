import { sql } from "kysely";
import type { ArtifactEntry } from "../../domain/results/artifact-limits.js";
import { type Queries, toJson } from "../connect.js";

/** A file of an attempt. It is complete once `stored` has reached `bytes`. */
export interface Artifact extends ArtifactEntry {
  attempt: number;
  number: number;
  stored: number;
}

/** Stores the list of files of an attempt, in order. Idempotent. */
export async function declareArtifacts(
  queries: Queries,
  jobId: string,
  attempt: number,
  entries: readonly ArtifactEntry[],
): Promise<void> {
  const rows = entries.map((entry, number) => ({ ...entry, number }));
  await sql`
    insert into artifacts (job_id, attempt, number, path, bytes, left_out)
    select ${jobId}, ${attempt}, number, path, bytes, "leftOut"
    from jsonb_to_recordset(${toJson(rows)}) as a (number integer, path text, bytes bigint, "leftOut" text)
    on conflict do nothing`.execute(queries);
}

/** Stores a piece of a declared file. Returns false if it does not fit a declared file. A repeated piece is stored once. */
export async function appendArtifact(
  queries: Queries,
  jobId: string,
  piece: { attempt: number; number: number; offset: number; content: Buffer },
): Promise<boolean> {
  const { attempt, number, offset, content } = piece;
  const result = await sql<{ known: boolean }>`
    with wanted as (
      select 1 from artifacts where job_id = ${jobId} and attempt = ${attempt} and number = ${number}
        and left_out is null and bytes >= ${offset + content.length}
        -- Pieces follow each other, so that no more is stored than was announced.
        and (${offset} = (select coalesce(sum(length(p.content)), 0) from artifact_pieces p
            where p.job_id = ${jobId} and p.attempt = ${attempt} and p.number = ${number})
          or exists (select 1 from artifact_pieces p
            where p.job_id = ${jobId} and p.attempt = ${attempt} and p.number = ${number} and p.start_offset = ${offset}))),
    stored as (
      insert into artifact_pieces (job_id, attempt, number, start_offset, content)
      select ${jobId}, ${attempt}, ${number}, ${offset}, ${content} from wanted on conflict do nothing)
    select exists (select 1 from wanted) as known`.execute(queries);
  return result.rows[0]?.known === true;
}

/** The files of a job's attempts, in order, including those that were left out. */
export async function readArtifacts(queries: Queries, jobId: string): Promise<Artifact[]> {
  const result = await sql<Artifact>`
    select attempt, number, path, bytes, left_out,
      (select coalesce(sum(length(content)), 0)::bigint from artifact_pieces p
        where p.job_id = a.job_id and p.attempt = a.attempt and p.number = a.number) as stored
    from artifacts a where job_id = ${jobId} order by attempt, number`.execute(queries);
  return result.rows;
}

/** The pieces of a file, one by one, up to the first gap. */
export async function* artifactContent(
  queries: Queries,
  jobId: string,
  { attempt, number }: Pick<Artifact, "attempt" | "number">,
): AsyncGenerator<Buffer> {
  for (let offset = 0; ;) {
    const result = await sql<{ content: Buffer }>`
      select content from artifact_pieces
      where job_id = ${jobId} and attempt = ${attempt} and number = ${number} and start_offset = ${offset}`.execute(
      queries,
    );
    const row = result.rows[0];
    if (row === undefined || row.content.length === 0) return;
    offset += row.content.length;
    yield row.content;
  }
}
