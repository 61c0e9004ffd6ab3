import { basename, dirname, relative } from "node:path";

/** A path at which a test sees another folder: `by` is mounted at `at`. */
export interface HiddenMount {
  at: string;
  by: string;
}

/** A folder or file that stays visible below a hidden path. */
export interface ExposedPath {
  path: string;
  isFolder: boolean;
}

/** The mounts that make up a test's file system. */
export interface MountPlan {
  /** Lines for `mount --all --fstab`, in their order. */
  mounts: string[];
  /** Mount points of exposed paths. They must exist before mounting. */
  anchors: ExposedPath[];
}

/**
 * Plans mounts that hide paths and expose others at their old place below them.
 * @param sandbox the attempt's own folder. It stays visible, and may contain the folders that hide paths
 */
export function planMounts(
  sandbox: string,
  hidden: readonly HiddenMount[],
  exposed: readonly ExposedPath[],
): MountPlan {
  const outer = hidden.filter(
    ({ at }, index) => !hidden.some((other, place) => isBelow(at, other.at) || (other.at === at && place < index)),
  );
  const all: ExposedPath[] = [{ path: sandbox, isFolder: true }, ...exposed];
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
  // The mount that hides the sandbox comes last: the others need the sandbox's own path.
  const last = outer.filter(({ at }) => isBelow(sandbox, at));
  const first = outer.filter((mount) => !last.includes(mount));
  return { mounts: [...inner, ...[...first, ...last].map(({ at, by }) => bind(by, at, "rbind"))], anchors };
}

export function bind(from: string, to: string, how: "bind" | "rbind" = "bind"): string {
  return `${escape(from)} ${escape(to)} none ${how} 0 0`;
}

/** The folder of a whole installation: for example, Node in a home folder has its library next to its `bin`. */
export function installationOf(binaries: string): string {
  return basename(binaries) === "bin" && dirname(dirname(binaries)) !== "/" ? dirname(binaries) : binaries;
}

export function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}

function escape(path: string): string {
  return path.replace(/[\s\\#]/g, (letter) => `\\${letter.charCodeAt(0).toString(8).padStart(3, "0")}`);
}
