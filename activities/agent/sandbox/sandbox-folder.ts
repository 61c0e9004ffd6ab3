import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { HostPaths } from "./host-paths.js";
import { withGroup, withUser } from "./user.js";
import { bind, planMounts, type HiddenMount } from "./mount-plan.js";

/** Folders in a sandbox that belong to the test's user. */
const owned = ["source", "home", "tmp"];

/** Makes the folders of a new sandbox. */
export function makeFolders(folder: string): void {
  for (const name of owned) mkdirSync(join(folder, name), { recursive: true });
  // Other users may pass through the folder, but not list it.
  chmodSync(folder, 0o711);
  // Node reads the nearest package.json, and must not find one above the sandbox.
  writeFileSync(join(folder, "package.json"), "{}\n");
}

/**
 * Writes the mount table of a test. The test sees its own /tmp, its own processes and its own user. It does not see the
 * grid's data. In closed folders, it sees only what commands need.
 * @returns the path of the table
 */
export function writeMountTable(
  folder: string,
  user: number,
  { hidden, exposed, temporary, memory, open }: HostPaths,
): string {
  const mountsOver: HiddenMount[] = [
    ...temporary.map((at) => ({ at, by: join(folder, "tmp") })),
    ...hidden.map((at, index) => ({ at, by: join(folder, "hidden", String(index)) })),
    ...open.map((at, index) => ({ at, by: join(folder, "open", String(index)) })),
  ];
  for (const { by } of mountsOver) mkdirSync(by, { recursive: true, mode: 0o755 });
  // Everybody may write there, as in the folders that they replace. Only this test sees them.
  for (const index of open.keys()) chmodSync(join(folder, "open", String(index)), 0o1777);
  const { mounts, anchors } = planMounts(folder, mountsOver, exposed);
  for (const anchor of anchors) {
    mkdirSync(anchor.isFolder ? anchor.path : dirname(anchor.path), { recursive: true, mode: 0o755 });
    if (!anchor.isFolder) writeFileSync(anchor.path, "");
  }
  const shared = memory.map((at) => `holdfast ${at} tmpfs mode=1777,nosuid,nodev 0 0`);
  // The source is not named `proc`, because mount would then consider it mounted already.
  const processes = "holdfast /proc proc nosuid,nodev,noexec 0 0";
  const table = join(folder, "mounts");
  writeFileSync(table, `${[...makeAccounts(folder, user), ...shared, processes, ...mounts].join("\n")}\n`);
  return table;
}

/**
 * Makes the test's user the only owner of a sandbox. No process of that user may run yet.
 * The system's chown follows no link below a folder, and accepts names that are not UTF-8.
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
