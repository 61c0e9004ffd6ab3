import { sql } from "kysely";
import type { Queries } from "../connect.js";

export interface NewSource {
  sourceHash: string;
  content: Buffer;
  suiteFile: string;
  /** The folder of its suite file; the root if left out. */
  path?: string;
}

/** Stores a packed source under its hash. Does nothing if the same source is stored already. */
export async function storeSource(queries: Queries, source: NewSource): Promise<void> {
  const { sourceHash, content, suiteFile, path = "" } = source;
  await sql`
    insert into sources (source_hash, size_bytes, content, suite_file)
    values (${sourceHash}, ${content.length}, ${content}, ${path === "" ? suiteFile : ""})
    on conflict do nothing`.execute(queries);
  await sql`
    insert into suite_files (source_hash, path, content) values (${sourceHash}, ${path}, ${suiteFile})
    on conflict do nothing`.execute(queries);
}

/** The suite file in a folder of a stored source; undefined if it is not known. */
export async function readSuiteText(queries: Queries, sourceHash: string, path = ""): Promise<string | undefined> {
  const files = await sql<{ content: string }>`
    select content from suite_files where source_hash = ${sourceHash} and path = ${path}`.execute(queries);
  const row = files.rows[0];
  if (row !== undefined || path !== "") return row?.content;
  // Sources before 0.4 have one suite file, in their root.
  const sources = await sql<{ suiteFile: string }>`
    select suite_file from sources where source_hash = ${sourceHash}`.execute(queries);
  return sources.rows[0]?.suiteFile || undefined;
}

/** The driver reads a value as text of twice its length, so a large source is read in slices. */
const sliceBytes = 16 * 2 ** 20;

/** The packed source, a gzipped tar; undefined if it is not stored. */
export async function readSource(queries: Queries, sourceHash: string): Promise<Buffer | undefined> {
  const slices: Buffer[] = [];
  for (let offset = 0; ; offset += sliceBytes) {
    const result = await sql<{ slice: Buffer; size: number }>`
      select substring(content from ${offset + 1}::int for ${sliceBytes}::int) as slice, length(content) as size
      from sources where source_hash = ${sourceHash}`.execute(queries);
    const row = result.rows[0];
    if (row === undefined) return undefined;
    slices.push(row.slice);
    if (offset + row.slice.length >= row.size || row.slice.length === 0) return Buffer.concat(slices);
  }
}
