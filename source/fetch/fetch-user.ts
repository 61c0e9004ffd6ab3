import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { chownSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { asUser } from "./as-user.js";

/** The first of the user ids for fetching. Neither the system nor tests use them (systemd's list calls the range unused). */
const firstUser = 2_140_000_000;
const users = 1_000_000;

/** By parent folder: whether git can run as such a user there. A container may not allow these users, or not on its disk. */
const works = new Map<string, boolean>();

/**
 * Gives an empty folder to a separate user. From then on, git runs in it as that user. So git reads a server's data without
 * the rights of this process. Does nothing if this process is not root, or if the system does not allow it.
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

/** Gives an empty folder to the owner of another folder, if that is a user for fetching. */
export function shareFetchUser(folder: string, other: string): void {
  const user = fetchUserOf(other);
  if (user !== undefined) chownSync(folder, user, user);
}

/** The user for fetching who owns a folder; undefined if somebody else owns it. */
export function fetchUserOf(folder: string): number | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const user = statSync(folder, { throwIfNoEntry: false })?.uid ?? 0;
  return user >= firstUser && user < firstUser + users ? user : undefined;
}
