import { once } from "node:events";
import { connect, createServer } from "node:net";
import { expect, test } from "@jest/globals";
import { openConnection } from "../../probes/connection.js";
import { freePort } from "../../grid/ports.js";

/** A port that the system assigns to outgoing connections, and on which nothing listens. */
async function givenPort(): Promise<number> {
  const port = await freePort();
  const server = createServer((socket) => socket.destroy());
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  const given = socket.localPort!;
  socket.destroy();
  server.close();
  return given;
}

test("a connection with itself, which the port of a stopped service allows, is refused", async () => {
  const port = await givenPort();
  const ask = () =>
    new Promise<string>((resolve) => {
      const socket = openConnection(`127.0.0.1:${port}`, 5_000, () => {
        socket.destroy();
        resolve("somebody answers");
      });
      socket.on("error", ({ message }) => resolve(message));
    });
  // The system goes through its ports, so it assigns this one at some time.
  let answer: string;
  do answer = await ask();
  while (answer.includes("ECONNREFUSED"));
  expect(answer).toBe("the connection was with itself");
}, 120_000);
