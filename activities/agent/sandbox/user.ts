import { createHash } from "node:crypto";

/** In a range that neither distributions nor containers give out (systemd's list of user ids names it unused). */
const firstUser = 2_000_000_000;
const agents = 1_000_000;
const sandboxesOfAgent = 128;

/** A short name for an agent's folder, the same in each of its lives. */
export function nameOfAgent(folder: string): string {
  return createHash("sha256").update(folder).digest("hex").slice(0, 12);
}

/** The id of a sandbox's user and group. No other sandbox, agent or account of the machine has it. */
export function userOf(folder: string, sandbox: number): number {
  const agent = Number.parseInt(nameOfAgent(folder), 16) % agents;
  return firstUser + agent * sandboxesOfAgent + sandbox;
}

/** /etc/passwd with a line for that user, so that programs find a name and a home. */
export function withUser(passwd: string, user: number, home: string): string {
  return `${passwd.replace(/\n*$/, "\n")}holdfast:x:${user}:${user}:Holdfast test:${home}:/bin/sh\n`;
}

/** /etc/group with a line for that user's group. */
export function withGroup(group: string, user: number): string {
  return `${group.replace(/\n*$/, "\n")}holdfast:x:${user}:\n`;
}

export function isUserOfTests(user: number): boolean {
  return user >= firstUser && user < firstUser + agents * sandboxesOfAgent;
}
