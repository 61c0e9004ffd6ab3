// Looks up a name again and again, as programs do. Fails without an answer.
import { lookup, Resolver } from "node:dns/promises";

const [name, seconds, server] = process.argv.slice(2);
const until = Date.now() + Number(seconds) * 1_000;
const resolver = new Resolver({ timeout: 1_000, tries: 1 });
if (server !== undefined) resolver.setServers([server]);
do {
  if (server === undefined) await lookup(name);
  else await resolver.resolve4(name);
  await new Promise((resolve) => setTimeout(resolve, 100));
} while (Date.now() < until);
