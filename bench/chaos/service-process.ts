import { createServer } from "node:http";

// One service around the suite's grid: `node service-process.js <name> <port>`. Its parent tells it how to answer.

/** How a service answers: well, always wrongly, or wrongly only where its probe does not look. */
export type Manner = "well" | "wrong" | "wrong-unseen";

const [name = "", port = ""] = process.argv.slice(2);
let manner: Manner = "well";
process.on("message", (told) => {
  manner = told as Manner;
  process.send?.(manner);
});
// The service ends with the suite.
process.on("disconnect", () => process.exit(0));

const server = createServer((request, response) => {
  // A bug that a wrong request triggers.
  if (request.url === "/poison") process.exit(1);
  const isProbe = request.url === "/health";
  const isWrong = manner === "wrong" || (manner === "wrong-unseen" && !isProbe);
  response.end(isWrong ? "something else" : isProbe ? "in order" : `${name} is well`);
});
// A watcher keeps a connection open without sending anything.
Object.assign(server, { headersTimeout: 0, requestTimeout: 0, keepAliveTimeout: 60_000 });
server.listen(Number(port), "127.0.0.1", 1_024, () => process.send?.("listens"));
