import { spawnSync } from "node:child_process";
import { lstatSync, statSync } from "node:fs";
import { dirname, isAbsolute } from "node:path";
import { installationOf, isBelow, type ExposedPath } from "./mount-plan.js";

/** What must stay visible to a test, wherever it is installed. */
export interface Tools {
  /** Holdfast's own folders and files that a test runs. */
  library: readonly string[];
  /** The search path of commands. */
  path: string;
}

/** The parts of a machine's file system that a sandbox treats in a special way. Absolute paths. */
export interface HostPaths {
  /** The grid's data folder, and folders that only their owner may enter but that a test must pass through. */
  hidden: string[];
  /** Paths that commands and the library need, even below hidden folders. */
  exposed: ExposedPath[];
  /** Folders for everybody's temporary files. */
  temporary: string[];
  /** Folders for shared memory. */
  memory: string[];
  /** Other folders of the system in which everybody may write, such as /run/lock. */
  open: string[];
}

/** @param work the folder of all sandboxes, in the data folder */
export function surveyHostPaths(data: string, work: string, { library, path }: Tools): HostPaths {
  const commands = [dirname(process.execPath), ...path.split(":").filter(isAbsolute)];
  const wanted = new Set([...library, ...commands.flatMap((folder) => [folder, installationOf(folder)])]);
  const exposed = [...wanted].flatMap((each): ExposedPath[] => {
    const status = statSync(each, { throwIfNoEntry: false });
    return status === undefined ? [] : [{ path: each, isFolder: status.isDirectory() }];
  });
  const closed = [`${work}/any`, ...exposed.map((each) => each.path)].flatMap(closedAbove);
  const temporary = ["/tmp", "/var/tmp"].filter(isFolder);
  const memory = ["/dev/shm"].filter(isFolder);
  const known = [...temporary, ...memory, data];
  return {
    hidden: [...new Set([data, ...closed])],
    exposed,
    temporary,
    memory,
    open: openFolders().filter((each) => !known.some((other) => each === other || isBelow(each, other))),
  };
}

/**
 * Folders in which the system itself has folders that everybody may write to. Folders that an admin shares with tests are
 * elsewhere.
 */
const systemFolders = ["/run", "/var", "/dev"];

/** The folders of the system in which everybody may write. find lists the readable ones, and fails if it cannot read all. */
function openFolders(): string[] {
  const args = [
    ...systemFolders.filter(isFolder),
    "-maxdepth",
    "3",
    "-type",
    "d",
    "-perm",
    "-0002",
    "-print0",
    "-prune",
  ];
  const { stdout } = spawnSync("find", args, { encoding: "utf8", timeout: 10_000 });
  return (stdout ?? "").split("\0").filter((path) => path !== "");
}

/** The topmost folder above a path that only its owner may enter, if there is one. */
function closedAbove(path: string): string[] {
  const way: string[] = [];
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) way.unshift(folder);
  return way.filter((folder) => (statSync(folder).mode & 0o001) === 0).slice(0, 1);
}

function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
