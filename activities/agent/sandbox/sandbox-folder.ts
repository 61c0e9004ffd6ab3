import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { HostPaths } from "./host-paths.js";
import { withGroup, withUser } from "./user.js";
import { bind, planMounts, type HiddenMount } from "./mount-plan.js";

/** The user's own folders in a room. */
const owned = ["source", "home", "tmp"];

/** Makes the folders that a room has before there is a source. */
export function makeFolders(folder: string): void {
  for (const name of owned) mkdirSync(join(folder, name), { recursive: true });
  // Others pass through, and see nothing on their way.
  chmodSync(folder, 0o711);
  // Node takes the nearest package.json for a module's kind: none above may count.
  writeFileSync(join(folder, "package.json"), "{}\n");
}

/**
 * Makes the table of mounts with which a test sees the machine: its own /tmp, its own processes, a user of its own,
 * nothing of the grid's data, and of closed folders only what commands need.
 * @returns the table's file
 */
export function writeMountTable(
  folder: string,
  user: number,
  { hidden, kept, temporary, memory, open }: HostPaths,
): string {
  const covers: HiddenMount[] = [
    ...temporary.map((at) => ({ at, by: join(folder, "tmp") })),
    ...hidden.map((at, index) => ({ at, by: join(folder, "veil", String(index)) })),
    ...open.map((at, index) => ({ at, by: join(folder, "open", String(index)) })),
  ];
  for (const { by } of covers) mkdirSync(by, { recursive: true, mode: 0o755 });
  // Everybody may write there, as in the folders that they cover. Only this test sees them.
  for (const index of open.keys()) chmodSync(join(folder, "open", String(index)), 0o1777);
  const { mounts, anchors } = planMounts(folder, covers, kept);
  for (const anchor of anchors) {
    mkdirSync(anchor.isFolder ? anchor.path : dirname(anchor.path), { recursive: true, mode: 0o755 });
    if (!anchor.isFolder) writeFileSync(anchor.path, "");
  }
  const shared = memory.map((at) => `holdfast ${at} tmpfs mode=1777,nosuid,nodev 0 0`);
  // Another source than `proc`, else it would count as mounted already.
  const processes = "holdfast /proc proc nosuid,nodev,noexec 0 0";
  const table = join(folder, "mounts");
  writeFileSync(table, `${[...makeAccounts(folder, user), ...shared, processes, ...mounts].join("\n")}\n`);
  return table;
}

/**
 * Gives what is in a room to its user, and to nobody else. Nothing of the user's may run yet.
 * The system's chown follows no link below a folder, and takes names that are not UTF-8.
 */
export async function handOver(folder: string, user: number): Promise<void> {
  const tops = owned.map((name) => join(folder, name));
  await promisify(execFile)("chown", ["-R", "-h", "-P", `${user}:${user}`, "--", ...tops]);
  for (const top of tops) chmodSync(top, 0o700);
}

function makeAccounts(folder: string, user: number): string[] {
  const files = {
    passwd: (text: string) => withUser(text, user, join(folder, "home")),
    group: (text: string) => withGroup(text, user),
  };
  return Object.entries(files).map(([name, complete]) => {
    writeFileSync(join(folder, name), complete(readFileSync(`/etc/${name}`, "utf8")));
    return bind(join(folder, name), `/etc/${name}`);
  });
}
