import { realpathSync, statSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import type { Node } from "ts-morph";
import {
  type JobRequirement,
  type ChainLink,
  formatRequirement,
  parseRequirement,
} from "../../domain/requirements/requirement.js";
import { callsIn, requirementsOn } from "./calls.js";
import { libraryFolder, libraryName, openProject } from "./project.js";
import { longestFileBytes } from "./source-files.js";

/** The suite file names code that the source does not hold. */
export class MissingCodeError extends Error {
  override name = "MissingCodeError";
}

/** A file that a test names is too large to be read. */
export class OversizedCodeError extends Error {
  override name = "OversizedCodeError";
}

/** The source files that a command names: `node --test tests/a.test.ts` names one. */
export function filesNamedIn(command: string): string[] {
  return command.split(/[\s;&|()<>"']+/).filter((word) => /\.([cm]?[jt]s|[jt]sx)$/.test(word) && !word.startsWith("/"));
}

/**
 * What the code of a test requires, through any number of functions and imports.
 * A function, method or class whose JSDoc says `@requires service:nfs` makes all that refer to it need that service.
 * @param source root of the source, absolute or relative to the working folder
 * @param code files of the test, relative to `path`; null means those named in its command
 * @param path the folder of the suite file, relative to the root; empty for the root
 * @throws MissingCodeError if a file in `code` is not there
 * @throws OversizedCodeError if a file that the test names is above `longestFileBytes`
 */
export function findRequirements(
  source: string,
  code: readonly string[] | null,
  command: string,
  path = "",
): JobRequirement[] {
  const folder = resolve(source);
  const named = (code ?? filesNamedIn(command)).map((file) => join(path, file));
  const entries = named.filter((file) => isFileWithin(folder, file));
  const missing = code === null ? [] : named.filter((file) => !entries.includes(file));
  if (missing.length > 0) throw new MissingCodeError(`code: ${missing.join(", ")} is not a file of the source`);
  if (entries.length === 0) return [];
  assertReadable(folder, entries);
  const project = openProject(folder);
  const found = new Map<string, JobRequirement>();
  const visited = new Set<Node>();
  const queue: { node: Node; chain: ChainLink[] }[] = entries.map((file) => ({
    node: project.addSourceFileAtPath(join(folder, file)),
    chain: [],
  }));
  // Breadth first, so that the chain told is a shortest one.
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (visited.has(next.node)) continue;
    visited.add(next.node);
    // JSDoc's own use of the tag, a module's name, is no requirement.
    for (const text of requirementsOn(next.node).filter((tag) =>
      /^(service|package|command|device|machine):/.test(tag),
    )) {
      const requirement = formatRequirement(parseRequirement(text));
      if (!found.has(requirement)) found.set(requirement, { requirement, origin: "discovered", chain: next.chain });
    }
    for (const { name, at, target } of callsIn(next.node)) {
      const link = { name, file: placeOf(folder, at), line: at.getStartLineNumber() };
      queue.push({ node: target, chain: name === "" ? next.chain : [...next.chain, link] });
    }
  }
  return [...found.values()].sort((left, right) => (left.requirement < right.requirement ? -1 : 1));
}

function assertReadable(folder: string, files: readonly string[]): void {
  const sizes = files.map((file) => ({ file, bytes: statSync(join(folder, file)).size }));
  const oversized = sizes.filter(({ bytes }) => bytes > longestFileBytes);
  if (oversized.length === 0) return;
  const named = oversized.map(({ file, bytes }) => `${file} has ${bytes} bytes`).join(", ");
  throw new OversizedCodeError(
    `${named}; Holdfast reads code files of up to ${longestFileBytes} bytes. Name smaller ones with \`code:\``,
  );
}

/** Whether a path names a file of the source itself, links followed. */
function isFileWithin(folder: string, file: string): boolean {
  const path = resolve(folder, file);
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return false;
  return realpathSync(path).startsWith(`${realpathSync(folder)}${sep}`);
}

/** A file as its author knows it: relative to the source, or within the library. */
function placeOf(folder: string, node: Node): string {
  const file = node.getSourceFile().getFilePath();
  const inLibrary = relative(libraryFolder, file);
  if (!inLibrary.startsWith("..")) return `${libraryName}/${inLibrary.split(sep).join("/")}`;
  return relative(folder, file).split(sep).join("/");
}
