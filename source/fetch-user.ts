import { randomInt } from "node:crypto";
import { chownSync, statSync } from "node:fs";

/** User ids that nobody else has, beside those of tests (systemd's list of user ids names the range unused). */
const firstUser = 2_140_000_000;
const users = 1_000_000;

/**
 * Gives an empty folder to a user of its own, as whom git runs in it from then on: what a server sends is read without
 * the rights of this process. Only root can; for others nothing happens.
 */
export function giveToFetchUser(folder: string): void {
  if (process.getuid?.() !== 0) return;
  const user = firstUser + randomInt(users);
  chownSync(folder, user, user);
}

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
