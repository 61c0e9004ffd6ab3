import { connect, createServer } from "node:net";

/** Runs within a private network. Forwards connections to an address there to the agent, through a Unix socket. */
const forwards = JSON.parse(process.argv[2] ?? "[]") as { host: string; port: number; socket: string }[];

for (const { host, port, socket } of forwards) {
  const server = createServer({ allowHalfOpen: true }, (inside) => {
    const outside = connect({ path: socket, allowHalfOpen: true });
    inside.on("error", () => outside.destroy());
    outside.on("error", () => inside.resetAndDestroy());
    inside.pipe(outside).pipe(inside);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
}
process.stdout.write("ready\n");
