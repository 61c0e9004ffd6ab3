import { createHmac } from "node:crypto";

const prefix = "hfa";

/**
 * The token of an agent that the grid itself starts. It is derived from the grid's key, so that it is valid even while the
 * database is away, and bound to the machine.
 */
export function agentToken(machine: string, secretKey: string): string {
  const proof = createHmac("sha256", secretKey).update(`agent ${machine}`).digest("base64url");
  return `${prefix}.${Buffer.from(machine).toString("base64url")}.${proof}`;
}

/** The machine that such a token names, valid or not; undefined for a token of another kind. */
export function machineOfToken(token: string): string | undefined {
  const [kind, name] = token.split(".");
  return kind === prefix && name !== undefined ? Buffer.from(name, "base64url").toString("utf8") : undefined;
}
