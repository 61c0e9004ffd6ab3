import { readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { folderOf, parseHierarchies } from "./cgroup-files.js";

/** What a hierarchy of control groups can do for an attempt. */
export type Capability = "memory" | "pids" | "cpu" | "kill";

/** A folder in which control groups may be made. */
export interface GroupPlace {
  folder: string;
  version: 1 | 2;
  capabilities: Capability[];
}

const controllers = ["memory", "pids", "cpu"] as const;

/** Where the agent can make control groups on this machine: one place for version 2, one for each controller of version 1. */
export function findGroupPlaces(): GroupPlace[] {
  const membership = read("/proc/self/cgroup");
  const missing = new Set<Capability>(controllers);
  const places: GroupPlace[] = [];
  for (const hierarchy of parseHierarchies(read("/proc/self/mountinfo")).sort(
    (left, right) => right.version - left.version,
  )) {
    const own = folderOf(hierarchy, membership);
    if (own === undefined) continue;
    const place =
      hierarchy.version === 2
        ? unifiedPlace(own, hierarchy.point)
        : { folder: own, version: 1 as const, capabilities: [] };
    const capabilities =
      hierarchy.version === 2 ? place.capabilities : controllers.filter((name) => hierarchy.controllers.includes(name));
    const wanted = capabilities.filter((power) => power === "kill" || missing.delete(power));
    if (wanted.length > 0) places.push({ ...place, capabilities: wanted });
  }
  return places;
}

/**
 * A group that has processes cannot give controllers to groups below it. Therefore this takes the nearest group above that can.
 * Even without controllers, a group can end all its processes at once.
 */
function unifiedPlace(own: string, point: string): GroupPlace {
  for (let folder = own; folder.startsWith(point); folder = dirname(folder)) {
    const capabilities = enable(folder);
    if (capabilities.includes("memory") && capabilities.includes("pids"))
      return { folder, version: 2, capabilities: [...capabilities, "kill"] };
    if (folder === point) break;
  }
  return { folder: own, version: 2, capabilities: ["kill"] };
}

function enable(folder: string): Capability[] {
  const given = () => read(`${folder}/cgroup.subtree_control`).trim().split(" ");
  for (const name of controllers) {
    if (given().includes(name)) continue;
    try {
      writeFileSync(`${folder}/cgroup.subtree_control`, `+${name}`);
    } catch {
      // This controller is not available. The return value shows which ones are.
    }
  }
  return controllers.filter((name) => given().includes(name));
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
