import { createHash } from "node:crypto";
import { posix } from "node:path";
import { gunzipSync } from "node:zlib";
import { Parser, type ReadEntry } from "tar";
import { suiteFileName } from "../domain/files/suite-file.js";
import type { FailureIdentifier } from "../domain/failures.js";

/** A source that cannot be accepted; the message names the place. */
export class SourceError extends Error {
  override name = "SourceError";
  readonly identifier: FailureIdentifier;
  constructor(identifier: FailureIdentifier, message: string) {
    super(message);
    this.identifier = identifier;
  }
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
 * @throws SourceError for what is too large, no tar, leaves its folder by `..` or links, or has no suite file.
 */
export async function checkPacked(content: Buffer, limitBytes: number, place = ""): Promise<PackedSource> {
  const tar = inflate(content, limitBytes);
  const wanted = suitePath(place);
  const entries: { path: string; refusal: string | undefined }[] = [];
  let suiteText: string | undefined;
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry: ReadEntry) => {
      entries.push({ path: entry.path, refusal: refusalOf(entry) });
      if (normal(entry.path) !== wanted) return entry.resume();
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
  const refused = entries.find(({ refusal }) => refusal !== undefined);
  if (refused !== undefined) throw new SourceError("user/wrong-source", `${refused.path}: ${refused.refusal ?? ""}`);
  if (suiteText === undefined)
    throw noSuiteFile(
      entries.map(({ path }) => normal(path)),
      place,
    );
  return { sourceHash: createHash("sha256").update(tar).digest("hex"), suiteText };
}

/** The path of the suite file of a folder within a source. @throws SourceError if that folder is not inside the source */
function suitePath(place: string): string {
  if (leavesRoot(place))
    throw new SourceError("user/wrong-source", `${place}: the path of the suite must stay inside the source`);
  return posix.join(place, suiteFileName);
}

const suitesShown = 5;

/** Says where a suite file is, if it is not where it should be. */
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

function inflate(content: Buffer, limitBytes: number): Buffer {
  try {
    return gunzipSync(content, { maxOutputLength: limitBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") {
      throw tooLarge(limitBytes);
    }
    throw new SourceError("user/wrong-source", `the upload is not gzipped: ${(error as Error).message}`);
  }
}

function refusalOf(entry: ReadEntry): string | undefined {
  if (leavesRoot(entry.path)) return "a path must stay inside the source";
  if (entry.type === "SymbolicLink") {
    const link = entry.linkpath ?? "";
    const target = posix.join(posix.dirname(entry.path), link);
    // A `..` behind a name could leave through another link.
    if (/[^./][^/]*\/(.*\/)?\.\.(\/|$)/.test(link)) return `the link ${link} goes down and up again`;
    return posix.isAbsolute(entry.linkpath ?? "") || leavesRoot(target)
      ? `the link leads out of the source, to ${entry.linkpath ?? ""}`
      : undefined;
  }
  return ["File", "OldFile", "Directory"].includes(entry.type)
    ? undefined
    : `a ${entry.type} cannot be part of a source`;
}

function leavesRoot(path: string): boolean {
  const clean = normal(path);
  return posix.isAbsolute(path) || clean === ".." || clean.startsWith("../") || path.includes("\0");
}

function normal(path: string): string {
  return posix.normalize(path);
}
