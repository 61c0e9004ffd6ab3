import { createHmac } from "node:crypto";

const prefix = "hfa";

/**
 * The token of an agent that the grid itself starts. It is bound to the machine, and derived from the grid's key, so that it is
 * valid even while the database is unreachable.
 */
export function agentToken(machine: string, secretKey: string): string {
  const proof = createHmac("sha256", secretKey).update(`agent ${machine}`).digest("base64url");
  return `${prefix}.${Buffer.from(machine).toString("base64url")}.${proof}`;
}

/** The machine that a token of an agent names, even if the token is not valid; undefined for another kind of token. */
export function machineOfToken(token: string): string | undefined {
  const [kind, name] = token.split(".");
  return kind === prefix && name !== undefined ? Buffer.from(name, "base64url").toString("utf8") : undefined;
}
