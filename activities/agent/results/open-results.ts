import { setImmediate } from "node:timers/promises";
import type { ParsedResults } from "../../../domain/results/conclusion.js";
import { countSubtests } from "../../../domain/results/tally.js";
import type { ResultsSource } from "../../../domain/results/results-source.js";
import { findFiles, type FoundFile, openInside } from "./found-files.js";
import { readJunit } from "./junit.js";
import { splitLines } from "./lines.js";
import { readTap } from "./tap.js";

const pieceBytes = 256 * 1024;
const mostFiles = 10_000;

/** Reads the output of a test, and returns the results of its subtests. */
export interface ResultsReader {
  /** Takes the test's output; undefined if the results are not in the output. */
  onStdout: ((data: Buffer) => void) | undefined;
  /** Null if only the exit code counts. */
  end(): Promise<ParsedResults | null>;
}

/** The fields of `ParsedResults` that are not counts. */
type Said = Pick<ParsedResults, "bailOut" | "problem" | "unread" | "remarks"> & { skipReason?: string | null };
const nothing: Said = { bailOut: null, problem: null, unread: null, remarks: [] };

/**
 * Must be called before the test: a result file that exists already, and is not written again, does not belong to this run.
 * @param root the test's folder; it is cut off in names, because it differs in every attempt
 * @param limitBytes how much is read of all result files together
 */
export async function openResults(
  source: ResultsSource,
  root: string,
  limitBytes = 256 * 2 ** 20,
): Promise<ResultsReader> {
  const startedAt = new Date().toISOString();
  const counting = countSubtests((text) => text.replaceAll(`${root}/`, "").replaceAll(root, "."));
  const toParsed = (said: Said): ParsedResults => {
    const tally = withinRun(counting.end(), startedAt);
    return { ...tally, ...said, skipReason: said.skipReason ?? tally.skipReason };
  };
  switch (source.kind) {
    case "exit":
      return { onStdout: undefined, end: async () => null };
    case "tap": {
      if (source.file !== null) {
        const { file } = source;
        const before = await stamps(root, file);
        return { onStdout: undefined, end: async () => toParsed(await readTapFile(file, before)) };
      }
      const tap = readTap(counting, () => new Date().toISOString());
      const lines = splitLines(tap.line);
      const end = async () => {
        lines.end();
        return toParsed({ ...nothing, ...tap.end() });
      };
      return { onStdout: lines.write, end };
    }
    case "junit": {
      const before = await stamps(root, source.files);
      return { onStdout: undefined, end: async () => toParsed(await readReports(source.files, before)) };
    }
  }

  async function readTapFile(path: string, before: ReadonlySet<string>): Promise<Said> {
    const tap = readTap(counting, () => null);
    const found = await findFresh(root, path, before);
    if (!Array.isArray(found)) return { ...nothing, ...found };
    const lines = splitLines(tap.line);
    let left = limitBytes;
    for (const file of found) {
      for await (const piece of piecesOf(root, file, left)) {
        left -= piece.length;
        lines.write(piece);
        // This lets the agent watch the machine in between.
        await setImmediate();
      }
    }
    lines.end();
    const end = { ...nothing, ...tap.end() };
    return left > 0 ? end : { ...end, problem: null, unread: overLimit(path, limitBytes) };
  }

  async function readReports(glob: string, before: ReadonlySet<string>): Promise<Said> {
    const found = await findFresh(root, glob, before);
    if (!Array.isArray(found)) return { ...nothing, ...found };
    const said: Said = { ...nothing, remarks: [] };
    let left = limitBytes;
    let summaries = 0;
    for (const [index, file] of found.entries()) {
      if (left <= 0 || index >= mostFiles) {
        said.unread ??= overLimit(glob, limitBytes);
        break;
      }
      const most = left;
      const pieces = piecesOf(root, file, most, (bytes) => (left -= bytes));
      const end = await readJunit(decoded(pieces), counting);
      const isCut = file.bytes > most;
      if (isCut) said.unread ??= overLimit(glob, limitBytes);
      if (end.problem !== null && !isCut) said.problem ??= `${file.path} cannot be read: ${end.problem}`;
      if (end.unread !== null) said.unread ??= `${file.path}: ${end.unread}`;
      if (end.remark !== null) said.remarks.push(`${file.path} ${end.remark}`);
      if (end.summary === null) continue;
      summaries++;
      said.remarks.push(`${file.path} was passed over: it is a <${end.summary}>, which names no tests`);
    }
    if (summaries === found.length) said.problem ??= `${glob} holds no reports of tests`;
    return said;
  }
}

function overLimit(glob: string, limitBytes: number): string {
  return `what ${glob} holds beyond ${limitBytes} bytes (limits.report in grid.yaml) or ${mostFiles} files`;
}

const stampOf = ({ path, stamp }: FoundFile) => `${path} ${stamp}`;

async function stamps(root: string, glob: string): Promise<ReadonlySet<string>> {
  return new Set((await findFiles(root, [glob])).files.map(stampOf));
}

/** The matching files that the test has written, or why none can be read. */
async function findFresh(
  root: string,
  glob: string,
  before: ReadonlySet<string>,
): Promise<FoundFile[] | Pick<Said, "problem"> | Pick<Said, "unread">> {
  const { files: all, isCut } = await findFiles(root, [glob]);
  const files = all.filter((file) => !before.has(stampOf(file)));
  if (files.length > 0) return files;
  if (all.length > 0) return { problem: `${glob} is older than the test, which did not write it` };
  return isCut
    ? { unread: `${glob}: the source has too many files to be searched; name a folder` }
    : { problem: `${glob} is missing` };
}

/** Reads a file in pieces, up to a limit. A file that was removed in the meantime has no pieces. */
async function* piecesOf(
  root: string,
  { path }: FoundFile,
  limitBytes: number,
  onRead: (bytes: number) => void = () => undefined,
): AsyncGenerator<Buffer> {
  const file = await openInside(root, path);
  if (file === undefined) return;
  try {
    for (let offset = 0; offset < limitBytes;) {
      const length = Math.min(pieceBytes, limitBytes - offset);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
      if (bytesRead === 0) return;
      offset += bytesRead;
      onRead(bytesRead);
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** Decodes text from the encoding that its XML declaration or byte order mark names. */
async function* decoded(pieces: AsyncGenerator<Buffer>): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  for await (const piece of pieces) {
    decoder ??= decoderFor(piece);
    yield decoder.decode(piece, { stream: true });
  }
  if (decoder !== undefined) yield decoder.decode();
}

function decoderFor(start: Buffer): TextDecoder {
  const isWide = (start[0] === 0xfe && start[1] === 0xff) || (start[0] === 0xff && start[1] === 0xfe);
  const declared = /^<\?xml[^>]*encoding=["']([\w.-]+)/.exec(start.subarray(0, 200).toString("latin1"))?.[1];
  const encoding = isWide ? (start[0] === 0xfe ? "utf-16be" : "utf-16le") : (declared ?? "utf-8");
  try {
    return new TextDecoder(encoding);
  } catch {
    return new TextDecoder();
  }
}

/** Drops a failure time that is outside this run. */
function withinRun<T extends { failedAt: string | null }>(tally: T, startedAt: string): T {
  const isWithin = tally.failedAt !== null && tally.failedAt >= startedAt && tally.failedAt <= new Date().toISOString();
  return isWithin ? tally : { ...tally, failedAt: null };
}
