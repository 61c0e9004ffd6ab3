import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Analyst, UnreadableCodeError } from "../../../analysis/analyst.js";
import type { CodeToRead } from "../../../analysis/code-to-read.js";
import type { Discovered } from "../../../analysis/discover.js";
import type { KnownServices } from "../../../analysis/evidence.js";
import { mayStartCode, nothingRead } from "../../../analysis/runners/names.js";
import type { JobFacts } from "../../../db/jobs/jobs.js";
import { readSource } from "../../../db/jobs/sources.js";
import type { ControlDependencies } from "../dependencies.js";

/** What the analysis found in the code of a test, or why it could not read the code. */
export type Discovery = { found: Discovered } | { refusal: string };

const cacheSize = 1_000;
/** Reading continues for this long after the last caller has left, because a failed activity is soon retried. */
const abandonAfterMs = 5_000;
/** How long an unpacked source is kept after its last use, because the jobs of one submission follow each other closely. */
const keepUnpackedMs = 10_000;

/**
 * Finds requirements in the code of stored sources. The same code in the same source is read once, even if many callers ask
 * at the same time. Refusals are kept like results.
 */
export function createDiscovery({ database, scratch }: Pick<ControlDependencies, "database" | "scratch">) {
  const analyst = new Analyst();
  const known = new Map<string, Discovery>();
  const running = new Map<string, Reading>();
  const unpacked = new Map<string, UnpackedSource>();

  /** @param stop aborts when the caller no longer waits @throws the reason of `stop` */
  async function discover(
    { sourceHash, definition }: JobFacts,
    grid: KnownServices,
    stop: AbortSignal,
  ): Promise<Discovery> {
    const { code, command, path = "", prepare, build } = definition;
    if (code === null && !mayStartCode(command))
      return { found: { requirements: [], notUnderstood: [], unread: nothingRead(command) } };
    const toRead: CodeToRead = { code, command, path, mayInstallPrograms: prepare !== null || build !== null };
    const key = JSON.stringify([sourceHash, toRead, grid]);
    const result = known.get(key);
    if (result !== undefined) return result;
    const reading = running.get(key) ?? begin(key, (end) => read(sourceHash, toRead, grid, end));
    reading.waiters++;
    try {
      return await unlessAborted(reading.result, stop);
    } finally {
      reading.waiters--;
      setTimeout(
        () => reading.waiters === 0 && reading.end.abort(new Error("no caller is left")),
        abandonAfterMs,
      ).unref();
    }
  }

  function begin(key: string, work: (end: AbortSignal) => Promise<Discovery>): Reading {
    const end = new AbortController();
    const result = work(end.signal)
      .then((fresh) => remember(key, fresh))
      .finally(() => running.delete(key));
    result.catch(() => undefined);
    const reading = { result, end, waiters: 0 };
    running.set(key, reading);
    return reading;
  }

  function remember(key: string, result: Discovery): Discovery {
    if (known.size >= cacheSize) known.delete([...known.keys()][0]!);
    known.set(key, result);
    return result;
  }

  async function read(
    sourceHash: string,
    toRead: CodeToRead,
    grid: KnownServices,
    end: AbortSignal,
  ): Promise<Discovery> {
    const source = unpacked.get(sourceHash) ?? openSource(sourceHash);
    source.users++;
    try {
      return { found: await analyst.find(await source.folder, toRead, grid, end) };
    } catch (error) {
      if (error instanceof UnreadableCodeError) return { refusal: error.message };
      throw error;
    } finally {
      source.users--;
      setTimeout(() => void close(sourceHash, source), keepUnpackedMs).unref();
    }
  }

  function openSource(sourceHash: string): UnpackedSource {
    const source = { users: 0, folder: unpackInto(sourceHash) };
    unpacked.set(sourceHash, source);
    // The next caller tries again.
    source.folder.catch(() => unpacked.delete(sourceHash));
    return source;
  }

  async function unpackInto(sourceHash: string): Promise<string> {
    const content = await readSource(database, sourceHash);
    if (content === undefined) throw new Error(`the source ${sourceHash} is not stored`);
    const root = await mkdtemp(join(scratch, "analysis-"));
    try {
      const [file, folder] = [join(root, "packed"), join(root, "source")];
      await writeFile(file, content);
      await mkdir(folder);
      await analyst.unpack(file, folder);
      return folder;
    } catch (error) {
      await rm(root, { recursive: true, force: true });
      throw error;
    }
  }

  async function close(sourceHash: string, source: UnpackedSource): Promise<void> {
    if (source.users > 0 || unpacked.get(sourceHash) !== source) return;
    unpacked.delete(sourceHash);
    const folder = await source.folder.catch(() => undefined);
    if (folder !== undefined) await rm(join(folder, ".."), { recursive: true, force: true });
  }

  return { discover };
}

interface UnpackedSource {
  users: number;
  folder: Promise<string>;
}

/** Code that is being read. `waiters` is the number of callers that wait for it. */
interface Reading {
  result: Promise<Discovery>;
  end: AbortController;
  waiters: number;
}

function unlessAborted<T>(work: Promise<T>, stop: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(stop.reason as Error);
    if (stop.aborted) onAbort();
    stop.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => stop.removeEventListener("abort", onAbort));
  });
}
