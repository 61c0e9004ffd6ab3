import { agentName } from "./agent-name.js";

const users: ReadonlySet<string> = new Set(["control", "api"]);

/**
 * Names of processes in the order in which they end: those of one group at the same time, and each group before what it depends
 * on. The control worker can then still write which mails the relay has taken.
 */
export function inStopOrder(names: readonly string[]): string[][] {
  const isAgent = (name: string) => name.startsWith(agentName(""));
  const isServer = (name: string) => !isAgent(name) && !users.has(name) && name !== "postgres";
  return [
    names.filter(isAgent),
    names.filter((name) => users.has(name)),
    names.filter(isServer),
    names.filter((name) => name === "postgres"),
  ];
}
