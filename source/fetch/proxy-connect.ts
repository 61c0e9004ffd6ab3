import { connect } from "node:net";

// Connects standard input and output to `<host> <port>` through the proxy in HOLDFAST_FETCH_PROXY: for ssh and git.
const [host, port] = process.argv.slice(2);
const proxy = new URL(process.env["HOLDFAST_FETCH_PROXY"] ?? "");
const authorization = Buffer.from(`${proxy.username}:${proxy.password}`).toString("base64");
const target = `${host}:${port ?? 22}`;
const socket = connect(Number(proxy.port), proxy.hostname);
socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\nProxy-Authorization: Basic ${authorization}\r\n\r\n`);

let head = Buffer.alloc(0);
const onData = (piece: Buffer) => {
  head = Buffer.concat([head, piece]);
  const end = head.indexOf("\r\n\r\n");
  if (end < 0) return;
  socket.off("data", onData);
  if (!/^HTTP\/1\.[01] 200 /.test(head.toString("latin1"))) {
    process.stderr.write(`fatal: unable to connect to ${target}: ${head.toString("latin1").split("\r\n")[0]}\n`);
    process.exit(1);
  }
  process.stdout.write(head.subarray(end + 4));
  socket.pipe(process.stdout);
  process.stdin.pipe(socket);
};
socket.on("data", onData);
socket.on("error", (error) => {
  process.stderr.write(`fatal: unable to connect to ${target}: ${error.message}\n`);
  process.exit(1);
});
socket.on("close", () => process.exit(0));
