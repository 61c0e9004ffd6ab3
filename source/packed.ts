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
 * @throws SourceError for what is too large, no tar, leaves its folder by `..` or links, or has no suite file.
 */
export async function checkPacked(content: Buffer, limitBytes: number): Promise<PackedSource> {
  const tar = inflate(content, limitBytes);
  const entries: { path: string; refusal: string | undefined }[] = [];
  let suiteText: string | undefined;
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry: ReadEntry) => {
      entries.push({ path: entry.path, refusal: refusalOf(entry) });
      if (normal(entry.path) !== suiteFileName) return entry.resume();
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
    throw new SourceError("user/no-suite-file", `the source has no ${suiteFileName} in its root`);
  return { sourceHash: createHash("sha256").update(tar).digest("hex"), suiteText };
}

function inflate(content: Buffer, limitBytes: number): Buffer {
  try {
    return gunzipSync(content, { maxOutputLength: limitBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") {
      throw new SourceError(
        "user/source-too-large",
        `the source is larger than this grid accepts (${limitBytes} bytes, limits.source in grid.yaml)`,
      );
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
