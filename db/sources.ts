import type { Queries } from "./connect.js";

/** Stores a packed source under its hash; the same source again is already there. */
export async function storeSource(
  queries: Queries,
  source: { sourceHash: string; content: Buffer; suiteFile: string },
): Promise<void> {
  await queries
    .insertInto("sources")
    .values({
      source_hash: source.sourceHash,
      size_bytes: source.content.length,
      content: source.content,
      suite_file: source.suiteFile,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function readSuiteText(queries: Queries, sourceHash: string): Promise<string | undefined> {
  const row = await queries
    .selectFrom("sources")
    .select("suite_file")
    .where("source_hash", "=", sourceHash)
    .executeTakeFirst();
  return row?.suite_file;
}

/** The packed source, a gzipped tar; undefined if it is not stored. */
export async function readSource(queries: Queries, sourceHash: string): Promise<Buffer | undefined> {
  const row = await queries
    .selectFrom("sources")
    .select("content")
    .where("source_hash", "=", sourceHash)
    .executeTakeFirst();
  return row?.content;
}
