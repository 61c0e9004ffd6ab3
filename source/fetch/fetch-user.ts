import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { chownSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { asUser } from "./as-user.js";

/** User ids that no user of the system has, and that are not those of tests (systemd's list of user ids names the range unused). */
const firstUser = 2_140_000_000;
const users = 1_000_000;

/** Whether git can run as such a user in folders beside each other. A container may know no such users, or its disk may be closed to them. */
const works = new Map<string, boolean>();

/**
 * Gives an empty folder to a separate user. From then on git runs in it as that user, so that what a server sends is read
 * without the rights of this process. Only root can, and only where the system lets it; elsewhere nothing happens.
 */
export function giveToFetchUser(folder: string): void {
  if (process.getuid?.() !== 0) return;
  const place = dirname(folder);
  const user = firstUser + randomInt(users);
  if (works.get(place) === false) return;
  try {
    chownSync(folder, user, user);
    if (!works.has(place)) works.set(place, runsAs(user, folder));
  } catch {
    works.set(place, false);
  }
  if (works.get(place) === false) chownSync(folder, 0, 0);
}

function runsAs(user: number, folder: string): boolean {
  const [command, ...args] = [...asUser(user), "git", "init", "--quiet", "--bare", "try"];
  const isMade =
    spawnSync(command, args, { cwd: folder, stdio: "ignore", env: { ...process.env, ...noHome } }).status === 0;
  rmSync(join(folder, "try"), { recursive: true, force: true });
  return isMade;
}

/** The environment of a user without a home. */
export const noHome = { HOME: "/nonexistent", XDG_CONFIG_HOME: "/nonexistent" } as const;

/** Gives an empty folder to the user of another one, where that is a user for fetching. */
export function shareFetchUser(folder: string, other: string): void {
  const user = fetchUserOf(other);
  if (user !== undefined) chownSync(folder, user, user);
}

/** The user for fetching that a folder belongs to; undefined for any other folder. */
export function fetchUserOf(folder: string): number | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const user = statSync(folder, { throwIfNoEntry: false })?.uid ?? 0;
  return user >= firstUser && user < firstUser + users ? user : undefined;
}
