import { createHash } from "node:crypto";
import { userOfSandbox } from "../../../domain/access/test-users.js";

/** A short name for an agent's folder. It stays the same when the agent restarts. */
export function nameOfAgent(folder: string): string {
  return createHash("sha256").update(folder).digest("hex").slice(0, 12);
}

/** The id of a sandbox's user and group. No other sandbox, agent or account of the machine has it. */
export function userOf(folder: string, sandbox: number): number {
  return userOfSandbox(Number.parseInt(nameOfAgent(folder), 16), sandbox);
}

/** /etc/passwd with a line for that user, so that programs find a name and a home. */
export function withUser(passwd: string, user: number, home: string): string {
  return `${passwd.replace(/\n*$/, "\n")}holdfast:x:${user}:${user}:Holdfast test:${home}:/bin/sh\n`;
}

/** /etc/group with a line for that user's group. */
export function withGroup(group: string, user: number): string {
  return `${group.replace(/\n*$/, "\n")}holdfast:x:${user}:\n`;
}
