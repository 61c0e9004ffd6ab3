import { lookup, Resolver } from "node:dns/promises";
import { reasonOf } from "./reason.js";

/**
 * Succeeds if a name resolves to an address. Asks `server` without a cache if one is given. Otherwise resolves the name
 * as programs on this machine do, which can hang. @throws Error with the reason
 */
export async function probeDns(name: string, server: string | undefined, timeoutMs: number): Promise<string> {
  try {
    const addresses = await (server === undefined ? resolveLocally(name) : askServer(name, server, timeoutMs));
    return `${name} is ${addresses.join(", ")}`;
  } catch (error) {
    throw new Error(`${name}${server === undefined ? "" : ` at ${server}`}: ${reasonOf(error)}`, { cause: error });
  }
}

async function resolveLocally(name: string): Promise<string[]> {
  return (await lookup(name, { all: true })).map(({ address }) => address);
}

async function askServer(name: string, server: string, timeoutMs: number): Promise<string[]> {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
  resolver.setServers([server]);
  try {
    return await resolver.resolve4(name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENODATA") throw error;
    return resolver.resolve6(name);
  }
}
