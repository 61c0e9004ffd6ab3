import { sql } from "kysely";
import { signaturesOf } from "../../domain/config/signature-file.js";
import {
  createMatcher,
  type Signature,
  type SignatureFound,
  type SignatureHit,
  type SignatureMatcher,
} from "../../domain/failures/signature.js";
import { type Queries, toJson } from "../connect.js";

/** Logs are searched in pieces, so that nothing else waits for long. */
const pieceBytes = 512 * 1024;

/** The grid's signatures from grid.yaml. */
export async function readSignatures(queries: Queries): Promise<Signature[]> {
  const result = await sql<{
    signatures: Signature[] | null;
  }>`select config->'signatures' as signatures from grid`.execute(queries);
  return signaturesOf({ signatures: result.rows[0]?.signatures ?? undefined });
}

/** Stores the signatures found in an attempt's log: labels for people, which decide nothing. */
export async function labelAttempt(queries: Queries, jobId: string, attempt: number): Promise<void> {
  const signatures = await readSignatures(queries);
  if (signatures.length === 0) return;
  const hits = await findInLog(queries, createMatcher(signatures), jobId, attempt);
  const found = hits.map(({ signature: { name, label, cause, help, link }, line, lineNumber }): SignatureFound => ({
    name,
    label,
    cause,
    help,
    link,
    line,
    lineNumber,
    attempt,
  }));
  await sql`update attempts set signatures = ${toJson(found)} where job_id = ${jobId} and number = ${attempt}`.execute(
    queries,
  );
}

/** The first line of each signature in an attempt's log. */
async function findInLog(
  queries: Queries,
  matcher: SignatureMatcher,
  jobId: string,
  attempt: number,
  known: ReadonlySet<Signature> = new Set(),
): Promise<SignatureHit[]> {
  const found = new Set(known);
  const hits: SignatureHit[] = [];
  let [rest, line] = ["", 1];
  const look = (text: string) => {
    for (const hit of matcher.find(text, line, found)) {
      hits.push(hit);
      found.add(hit.signature);
    }
    line += text.split("\n").length - 1;
  };
  for await (const piece of readPieces(queries, jobId, attempt)) {
    const text = rest + piece;
    const end = text.lastIndexOf("\n") + 1;
    look(text.slice(0, end));
    // An endless line must not keep a whole log in memory.
    rest = text.slice(end).slice(0, pieceBytes);
    if (found.size === matcher.size) return hits;
  }
  look(rest);
  return hits;
}

/** An attempt's log in pieces of a bounded size, in order. */
async function* readPieces(queries: Queries, jobId: string, attempt: number): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for (let from = -1; ;) {
    const result = await sql<{ startOffset: number; content: Buffer }>`
      select start_offset, content from (
        select start_offset, content, sum(length(content)) over (order by start_offset) - length(content) as before from logs
        where job_id = ${jobId} and attempt = ${attempt} and start_offset > ${from} order by start_offset limit 256) as piece
      where before < ${pieceBytes} order by start_offset`.execute(queries);
    const last = result.rows.at(-1);
    if (last === undefined) return;
    from = last.startOffset;
    yield decoder.decode(Buffer.concat(result.rows.map(({ content }) => content)), { stream: true });
  }
}

/** A signature that also matches logs of passes. */
export interface WrongSignature {
  signature: Signature;
  jobId: string;
  attempt: number;
  lineNumber: number;
  line: string;
}

/** How many passed attempts are searched, the latest first, and how much of their logs in total. */
const attemptsLookedAt = 200;
const bytesLookedAt = 64 * 2 ** 20;

/** Searches the logs of the last passed attempts for signatures. A signature that is found there proves nothing. */
export async function findInPassingLogs(
  queries: Queries,
  signatures: readonly Signature[],
): Promise<{ wrong: WrongSignature[]; attempts: number }> {
  if (signatures.length === 0) return { wrong: [], attempts: 0 };
  const passed = await sql<{ jobId: string; number: number; bytes: number }>`
    select job_id, number, (select coalesce(max(start_offset + length(content)), 0) from logs where logs.job_id = a.job_id and attempt = number) as bytes
    from attempts a where outcome = 'passed' order by ended_at desc limit ${attemptsLookedAt}`.execute(queries);
  const wrong: WrongSignature[] = [];
  const matcher = createMatcher(signatures);
  const known = new Set<Signature>();
  let [bytes, attempts] = [0, 0];
  for (const { jobId, number, bytes: size } of passed.rows) {
    if (bytes > 0 && bytes + size > bytesLookedAt) break;
    bytes += size;
    attempts++;
    for (const { signature, line, lineNumber } of await findInLog(queries, matcher, jobId, number, known)) {
      wrong.push({ signature, jobId, attempt: number, line, lineNumber });
      known.add(signature);
    }
  }
  return { wrong, attempts };
}

/** The useful signatures, and a message about each of the others, with its place. */
export async function sortOut(
  queries: Queries,
  signatures: readonly Signature[],
): Promise<{ good: Signature[]; refused: string[] }> {
  const { wrong } = await findInPassingLogs(queries, signatures);
  const bad = new Set(wrong.map(({ signature }) => signature));
  return { good: signatures.filter((signature) => !bad.has(signature)), refused: wrong.map(describeWrong) };
}

export function describeWrong({ signature, jobId, attempt, lineNumber, line }: WrongSignature): string {
  return `${signature.place}: signature ${signature.name} is refused: it is found where nothing went wrong, in line ${lineNumber} of the log of job ${jobId}, attempt ${attempt}: ${line}`;
}
