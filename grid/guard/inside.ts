import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer as createHttpServer, request as ask } from "node:http";
import { connect, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { setTimeout as sleep } from "node:timers/promises";
import { type GuardSettings, guardVariable } from "./guard-settings.js";
import { isSignedIn } from "./sign-in.js";

// Runs in the same network namespace as the guarded server.
const order = JSON.parse(process.env[guardVariable] ?? "") as GuardSettings;
const host = "127.0.0.1";
const { ca, cert, key } = order.tls;

const server = spawn(order.command, order.args, { stdio: ["ignore", "inherit", "inherit"], env: order.env });
server.on("error", (error) => {
  process.stderr.write(`${order.command} cannot be started: ${error.message}\n`);
  process.exit(1);
});
server.on("exit", (code) => process.exit(code ?? 1));
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => server.kill(signal));
// The process that started this one has ended.
process.on("disconnect", () => server.kill("SIGKILL"));

const grpc = createTlsServer(
  {
    ca: readFileSync(ca),
    cert: readFileSync(cert),
    key: readFileSync(key),
    requestCert: true,
    rejectUnauthorized: true,
    ALPNProtocols: ["h2"],
  },
  (client) => {
    const target = connect({ host, port: order.grpc.inside, noDelay: true });
    client.on("error", () => target.destroy()).on("close", () => target.destroy());
    target.on("error", () => client.destroy()).on("close", () => client.destroy());
    client.pipe(target).pipe(client);
  },
);
grpc.on("tlsClientError", () => undefined);

const page = createHttpServer((request, response) => {
  if (!isSignedIn(request, response, order.token)) return;
  const { method, url, headers } = request;
  const target = ask({ host, port: order.page.inside, method, path: url, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  target.on("error", () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
  request.pipe(target);
});

process.on("message", ({ door }: { door: "grpc" | "page" }, socket: Socket | undefined) => {
  if (socket === undefined) return;
  socket.setNoDelay(true);
  (door === "grpc" ? grpc : page).emit("connection", socket);
  socket.resume();
});

/** Whether something listens at a port. */
async function answers(port: number): Promise<boolean> {
  const socket = connect({ host, port });
  const isThere = await new Promise<boolean>((resolve) =>
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false)),
  );
  socket.destroy();
  return isThere;
}
while (!(await answers(order.grpc.inside))) await sleep(50);
process.send?.("ready");
