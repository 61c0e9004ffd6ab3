import { basename, dirname, relative } from "node:path";

/** What is to be seen at a place instead of what is there. */
export interface HiddenMount {
  at: string;
  by: string;
}

/** A folder or file that stays visible though a cover lies over it. */
export interface ExposedPath {
  path: string;
  isFolder: boolean;
}

/** How a test's view of the file system is put together. */
export interface MountPlan {
  /** Lines for `mount --all --fstab`, in their order. */
  mounts: string[];
  /** Where kept things appear: made before mounting. */
  anchors: ExposedPath[];
}

/**
 * Lays covers over places, and what is kept back into them at the same paths.
 * @param room the attempt's own folder; it is kept, and covers may stand on folders of it
 */
export function planMounts(room: string, covers: readonly HiddenMount[], kept: readonly ExposedPath[]): MountPlan {
  const outer = covers.filter(
    ({ at }, index) => !covers.some((other, place) => isBelow(at, other.at) || (other.at === at && place < index)),
  );
  const all: ExposedPath[] = [{ path: room, isFolder: true }, ...kept];
  const anchors: ExposedPath[] = [];
  const inner: string[] = [];
  for (const { at, by } of outer) {
    const below = all.filter(({ path }) => isBelow(path, at));
    for (const { path, isFolder } of below) {
      if (below.some((other) => isBelow(path, other.path))) continue;
      const anchor = `${by}/${relative(at, path)}`;
      anchors.push({ path: anchor, isFolder });
      inner.push(bind(path, anchor));
    }
  }
  // The one that holds the room goes last: before it all others are reached through the room's own path.
  const last = outer.filter(({ at }) => isBelow(room, at));
  const first = outer.filter((cover) => !last.includes(cover));
  return { mounts: [...inner, ...[...first, ...last].map(({ at, by }) => bind(by, at, "rbind"))], anchors };
}

export function bind(from: string, to: string, how: "bind" | "rbind" = "bind"): string {
  return `${escape(from)} ${escape(to)} none ${how} 0 0`;
}

/** The folder that holds all of an installed command: a version of Node in a home folder has its library beside its `bin`. */
export function installationOf(binaries: string): string {
  return basename(binaries) === "bin" && dirname(dirname(binaries)) !== "/" ? dirname(binaries) : binaries;
}

export function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}

function escape(path: string): string {
  return path.replace(/[\s\\#]/g, (letter) => `\\${letter.charCodeAt(0).toString(8).padStart(3, "0")}`);
}
