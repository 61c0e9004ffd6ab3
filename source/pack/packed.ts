import { createHash } from "node:crypto";
import { posix } from "node:path";
import { gunzipSync } from "node:zlib";
import { Parser, type ReadEntry } from "tar";
import { suiteFileName } from "../../domain/config/suite-file-name.js";
import type { FailureIdentifier } from "../../domain/failures/failures.js";
import { linkProblem } from "./link.js";

/** A source that cannot be accepted. The message names the place. */
export class SourceError extends Error {
  override name = "SourceError";
  readonly identifier: FailureIdentifier;
  constructor(identifier: FailureIdentifier, message: string) {
    super(message);
    this.identifier = identifier;
  }
}

/** The submission names a test that the suite file does not have. */
export class UnknownTestError extends SourceError {
  override name = "UnknownTestError";
}

export interface PackedSource {
  /** SHA-256 of the tar inside, in hex: the same files give the same hash. */
  sourceHash: string;
  suiteText: string;
}

/**
 * Checks a gzipped tar before it is stored.
 * @param limitBytes how large it may be, unpacked
 * @param place the folder of its suite file, such as `packages/a`; empty for the root
 * @throws SourceError if the source is too large, is not a tar, leaves its folder by `..` or links, or has no suite file
 */
export async function checkPacked(content: Buffer, limitBytes: number, place = ""): Promise<PackedSource> {
  const tar = inflate(content, limitBytes);
  const wanted = suitePath(place);
  const paths: string[] = [];
  const check = createCheck();
  let refusal: string | undefined;
  let suiteText: string | undefined;
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry: ReadEntry) => {
      if (refusal !== undefined) return entry.resume();
      const problem = check(entry);
      if (problem !== undefined) refusal = `${entry.path.slice(0, shownPath)}: ${problem}`;
      paths.push(normal(entry.path));
      if (normal(entry.path) !== wanted || entry.type === "SymbolicLink") return entry.resume();
      const pieces: Buffer[] = [];
      entry.on("data", (piece: Buffer) => pieces.push(piece));
      entry.on("end", () => (suiteText = Buffer.concat(pieces).toString("utf8")));
    },
  });
  await new Promise<void>((resolve, reject) => {
    parser.on("end", () => resolve());
    parser.on("error", (error: Error) =>
      reject(new SourceError("user/wrong-source", `the upload is not a readable tar: ${error.message}`)),
    );
    parser.end(tar);
  });
  if (refusal !== undefined) throw new SourceError("user/wrong-source", refusal);
  if (suiteText === undefined) throw noSuiteFile(paths, place);
  return { sourceHash: createHash("sha256").update(tar).digest("hex"), suiteText };
}

/** The path of the suite file of a folder within a source. @throws SourceError if that folder is not inside the source */
function suitePath(place: string): string {
  if (leavesRoot(place))
    throw new SourceError("user/wrong-source", `${place}: the path of the suite must stay inside the source`);
  return posix.join(place, suiteFileName);
}

const suitesShown = 5;
/** At most this many characters of a refused path are shown. */
const shownPath = 300;

/** The error for a missing suite file. It says where other suite files are. */
function noSuiteFile(paths: readonly string[], place: string): SourceError {
  const where = place === "" ? "in its root" : `in ${place}`;
  const misnamed = suitePath(place).replace(/\.yaml$/, ".yml");
  const others = paths.filter((path) => posix.basename(path) === suiteFileName);
  const hint = paths.includes(misnamed)
    ? `; it has ${misnamed}: rename it to ${suiteFileName}`
    : others.length === 0
      ? ""
      : `; there is ${others.slice(0, suitesShown).join(", ")}: submit it with --path ${posix.dirname(others[0]!)}`;
  return new SourceError("user/no-suite-file", `the source has no ${suiteFileName} ${where}${hint}`);
}

export function tooLarge(limitBytes: number): SourceError {
  return new SourceError(
    "user/source-too-large",
    `the source is larger than this grid accepts (${limitBytes} bytes, limits.source in grid.yaml)`,
  );
}

/** The result of `gunzipSync` with `info: true`. */
interface Inflated {
  buffer: Buffer;
  engine: { bytesWritten: number };
}

function inflate(content: Buffer, limitBytes: number): Buffer {
  try {
    const { buffer, engine } = gunzipSync(content, { maxOutputLength: limitBytes, info: true }) as unknown as Inflated;
    // Bytes after the end are not part of the source, and other tools fail on them.
    if (engine.bytesWritten !== content.length)
      throw new Error(`${content.length - engine.bytesWritten} bytes follow its end`);
    return buffer;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") {
      throw tooLarge(limitBytes);
    }
    throw new SourceError("user/wrong-source", `the upload is not a valid gzip file: ${(error as Error).message}`);
  }
}

/** Limits of a source: machines do not unpack more entries or longer names. */
export const mostEntries = 200_000;
const longestPathBytes = 2_000;
const longestNameBytes = 255;

/** Finds entries that cannot be unpacked safely and in the same way everywhere. Returns the reason, or undefined. */
function createCheck(): (entry: Pick<ReadEntry, "path" | "type" | "linkpath">) => string | undefined {
  /** Paths without `.`; the root is "". */
  const folders = new Set([""]);
  const others = new Map<string, string>();
  let count = 0;

  return ({ path, type, linkpath = "" }) => {
    if (++count > mostEntries) return `a source may have at most ${mostEntries} entries`;
    if (leavesRoot(path) || path.split("/").includes("..")) return "a path must stay inside the source, without ..";
    if (Buffer.byteLength(path) > longestPathBytes) return `a path may have at most ${longestPathBytes} bytes`;
    const names = normal(path)
      .split("/")
      .filter((name) => name !== "" && name !== ".");
    if (names.some((name) => Buffer.byteLength(name) > longestNameBytes))
      return `a name may have at most ${longestNameBytes} bytes`;
    if (!["File", "OldFile", "Directory", "SymbolicLink"].includes(type)) return `a ${type} cannot be part of a source`;
    const above = names.slice(0, -1).map((_name, index) => names.slice(0, index + 1).join("/"));
    const inTheWay = above.find((folder) => others.has(folder));
    if (inTheWay !== undefined) return `${inTheWay} is a folder and something else as well`;
    above.forEach((folder) => folders.add(folder));
    const own = names.join("/");
    if (type === "Directory") {
      folders.add(own);
      return others.has(own) ? `${own} is a folder and something else as well` : undefined;
    }
    if (/(^|\/)\.?$/.test(path)) return "only a folder may have such a path";
    if (folders.has(own) || (others.get(own) ?? type) !== type)
      return `${own || "its root"} comes twice, as different things`;
    others.set(own, type);
    return type === "SymbolicLink" ? linkProblem(own, linkpath) : undefined;
  };
}

function leavesRoot(path: string): boolean {
  const clean = normal(path);
  return posix.isAbsolute(path) || clean === ".." || clean.startsWith("../") || path.includes("\0");
}

function normal(path: string): string {
  return posix.normalize(path);
}
