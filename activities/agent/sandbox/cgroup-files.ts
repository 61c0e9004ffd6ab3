/** A hierarchy of control groups as /proc/self/mountinfo names it. `version` 2 has no list of controllers there. */
export interface Hierarchy {
  version: 1 | 2;
  /** Where it is mounted. */
  point: string;
  /** The group that is mounted there. In a container, it is not `/`. */
  root: string;
  controllers: string[];
}

/** The hierarchies in the text of /proc/self/mountinfo. */
export function parseHierarchies(mountinfo: string): Hierarchy[] {
  return mountinfo.split("\n").flatMap((line): Hierarchy[] => {
    const [before, after] = line.split(" - ");
    const [, , , root, point] = (before ?? "").split(" ");
    const [kind, , options] = (after ?? "").split(" ");
    if (root === undefined || point === undefined || (kind !== "cgroup" && kind !== "cgroup2")) return [];
    const controllers = kind === "cgroup" ? (options ?? "").split(",").filter((name) => name !== "rw") : [];
    return [{ version: kind === "cgroup" ? 1 : 2, point: unescape(point), root: unescape(root), controllers }];
  });
}

/**
 * The folder of the group that a process is in, according to the text of its /proc/<pid>/cgroup. Undefined if the group is not
 * below the mount.
 */
export function folderOf(hierarchy: Hierarchy, membership: string): string | undefined {
  for (const line of membership.split("\n")) {
    const [, names, ...rest] = line.split(":");
    if (names === undefined) continue;
    const isHere =
      hierarchy.version === 2
        ? names === ""
        : names !== "" && names.split(",").some((name) => hierarchy.controllers.includes(name));
    if (!isHere) continue;
    const path = rest.join(":");
    const root = hierarchy.root === "/" ? "" : hierarchy.root;
    if (path !== root && !path.startsWith(`${root}/`)) return undefined;
    return (hierarchy.point + path.slice(root.length)).replace(/\/$/, "");
  }
  return undefined;
}

/** One count of a file such as memory.events, memory.oom_control or pids.events; 0 if the file does not have it. */
export function countOf(text: string, name: string): number {
  const line = text.split("\n").find((each) => each.startsWith(`${name} `));
  return line === undefined ? 0 : Number(line.slice(name.length + 1));
}

/** The kernel writes spaces and similar characters as octal numbers. */
function unescape(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_all, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
