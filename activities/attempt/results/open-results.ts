import type { FileHandle } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import type { Told } from "../../../domain/results/conclusion.js";
import { countSubtests } from "../../../domain/results/tally.js";
import type { ResultsSource } from "../../../domain/results/source.js";
import { findFiles, type FoundFile, openInside } from "./found-files.js";
import { readJunit } from "./junit.js";
import { splitLines } from "./lines.js";
import { readTap } from "./tap.js";

/** All result files of one attempt together. */
const mostBytes = 32 * 2 ** 20;
const mostFiles = 1_000;
const pieceBytes = 256 * 1024;

/** Listens to a test, and tells afterwards what came of its subtests. */
export interface ResultsReader {
  /** Takes what the test prints; undefined where that says nothing of its subtests. */
  onStdout: ((data: Buffer) => void) | undefined;
  /** Null where the exit code says it all. */
  end(): Promise<Told | null>;
}

/**
 * Begins before the test does: a result file that is there already, and is not written anew, is none of this run.
 * @param root the test's folder; it is cut off in names, because it differs in every attempt
 */
export async function openResults(source: ResultsSource, root: string): Promise<ResultsReader> {
  const startedAt = new Date().toISOString();
  const counting = countSubtests((text) => text.replaceAll(`${root}/`, "").replaceAll(root, "."));
  const nothing = { bailOut: null, problem: null };
  const told = (said: Pick<Told, "bailOut" | "problem">): Told => ({
    ...withinRun(counting.end(), startedAt),
    ...said,
  });
  switch (source.kind) {
    case "exit":
      return { onStdout: undefined, end: async () => null };
    case "tap": {
      if (source.file !== null) {
        const { file } = source;
        const before = await stamps(root, file);
        return { onStdout: undefined, end: async () => told(await readTapFile(file, before)) };
      }
      const tap = readTap(counting, () => new Date().toISOString());
      const lines = splitLines(tap.line);
      const end = async () => {
        lines.end();
        return told(tap.end());
      };
      return { onStdout: lines.write, end };
    }
    case "junit": {
      const before = await stamps(root, source.files);
      return {
        onStdout: undefined,
        end: async () => told({ ...nothing, problem: await readReports(source.files, before) }),
      };
    }
  }

  async function readTapFile(path: string, before: ReadonlySet<string>): Promise<Pick<Told, "bailOut" | "problem">> {
    const tap = readTap(counting, () => null);
    const read = await readFresh(root, path, before);
    if (typeof read === "string") return { ...nothing, problem: read };
    const lines = splitLines(tap.line);
    for (const { content } of read) {
      for (let start = 0; start < content.length; start += pieceBytes) {
        lines.write(content.subarray(start, start + pieceBytes));
        // The agent watches over the machine meanwhile.
        await setImmediate();
      }
    }
    lines.end();
    return tap.end();
  }

  /** What is wrong with the reports; null if all of them could be read. */
  async function readReports(glob: string, before: ReadonlySet<string>): Promise<string | null> {
    const read = await readFresh(root, glob, before);
    if (typeof read === "string") return read;
    let problem: string | null = null;
    for (const { path, content } of read) {
      await readJunit(decode(content), counting).catch((error: Error) => {
        problem ??= `${path} cannot be read: ${error.message}`;
      });
    }
    return problem;
  }
}

const stampOf = ({ path, stamp }: FoundFile) => `${path} ${stamp}`;

async function stamps(root: string, glob: string): Promise<ReadonlySet<string>> {
  return new Set((await findFiles(root, [glob])).map(stampOf));
}

/** The matching files that the test has written, or why there are none to be read. */
async function readFresh(
  root: string,
  glob: string,
  before: ReadonlySet<string>,
): Promise<{ path: string; content: Buffer }[] | string> {
  const all = await findFiles(root, [glob]);
  const files = all.filter((file) => !before.has(stampOf(file)));
  if (files.length === 0)
    return all.length === 0 ? `${glob} is missing` : `${glob} is older than the test, which did not write it`;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (bytes > mostBytes || files.length > mostFiles)
    return `${glob} is too large: ${files.length} files with ${bytes} bytes, of at most ${mostFiles} with ${mostBytes}`;
  const contents: { path: string; content: Buffer }[] = [];
  for (const { path, bytes: size } of files) {
    const file = await openInside(root, path);
    if (file === undefined) return `${path} is missing`;
    contents.push({ path, content: await readUpTo(file, size) });
  }
  return contents;
}

async function readUpTo(file: FileHandle, bytes: number): Promise<Buffer> {
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Text in the encoding that its XML declaration or byte order mark names. */
function decode(content: Buffer): string {
  const isWide = (content[0] === 0xfe && content[1] === 0xff) || (content[0] === 0xff && content[1] === 0xfe);
  const declared = /^<\?xml[^>]*encoding=["']([\w.-]+)/.exec(content.subarray(0, 200).toString("latin1"))?.[1];
  const encoding = isWide ? (content[0] === 0xfe ? "utf-16be" : "utf-16le") : (declared ?? "utf-8");
  try {
    return new TextDecoder(encoding).decode(content);
  } catch {
    return new TextDecoder().decode(content);
  }
}

/** A time outside the run is no time of this run. */
function withinRun<T extends { failedAt: string | null }>(tally: T, startedAt: string): T {
  const isWithin = tally.failedAt !== null && tally.failedAt >= startedAt && tally.failedAt <= new Date().toISOString();
  return isWithin ? tally : { ...tally, failedAt: null };
}
