import { createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import { setTimeout as sleep } from "node:timers/promises";
import { HeldConnection } from "../../probes/held-connection.js";
import { eventually } from "../support/eventually.js";
import { ServerProcess } from "../support/server-process.js";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Holds a connection to a port. @returns it, and a list of the troubles that it finds */
function hold(port: number): { held: HeldConnection; troubles: string[] } {
  const troubles: string[] = [];
  const held = new HeldConnection(`127.0.0.1:${port}`, 2_000, (detail) => troubles.push(detail));
  closing.push(() => held.close());
  held.hold();
  return { held, troubles };
}

/** A server in this process, whose connections a test can end in every way. */
async function serve(onConnection: (socket: Socket) => void = () => undefined) {
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => {
    socket.on("error", () => undefined);
    sockets.push(socket);
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const nth = (count: number) => eventually(`connection ${count}`, async () => sockets[count - 1]);
  return { port: (server.address() as AddressInfo).port, nth, sockets, server };
}

const trouble = (troubles: readonly string[]) =>
  eventually("trouble", async () => (troubles.length > 0 ? troubles[0] : undefined));

describe("a held connection", () => {
  test("notices a server that is killed and back within half a second", async () => {
    const server = await new ServerProcess().start();
    closing.push(() => server.kill());
    const { troubles } = hold(server.port);
    await sleep(2_000);
    await server.kill();
    await server.start();
    expect(await trouble(troubles)).toMatch(/ended after .*ECONNREFUSED|ECONNRESET/);
  });

  test("notices a server that closes the connection in good order and refuses the next one", async () => {
    const { port, nth, server } = await serve();
    const { troubles } = hold(port);
    const first = await nth(1);
    await sleep(2_000);
    server.close();
    first.end();
    expect(await trouble(troubles)).toMatch(/ended after .*, and a new one: ECONNREFUSED/);
  });

  test("notices a reset", async () => {
    const { port, nth } = await serve();
    const { troubles } = hold(port);
    (await nth(1)).resetAndDestroy();
    expect(await trouble(troubles)).toContain("ECONNRESET");
  });

  test("tolerates a server that ends idle connections in good order, and holds another one", async () => {
    const { port, nth } = await serve((socket) => setTimeout(() => socket.end(), 700));
    const { troubles } = hold(port);
    await nth(3);
    expect(troubles).toEqual([]);
  });

  test("does not reconnect at once to a server that ends every connection at once", async () => {
    const { port, nth, sockets } = await serve((socket) => socket.end());
    const { held, troubles } = hold(port);
    await nth(1);
    await sleep(300);
    expect(sockets).toHaveLength(1);
    held.hold();
    await nth(2);
    expect(troubles).toEqual([]);
  });

  test("notices a proxy that has lost the server behind it", async () => {
    let isGone = false;
    const { port, nth } = await serve((socket) => isGone && socket.end());
    const { troubles } = hold(port);
    const first = await nth(1);
    await sleep(2_100);
    isGone = true;
    first.end();
    expect(await trouble(troubles)).toContain("where others were kept");
  });

  test("reports a refusal of its first connection", async () => {
    const { port, sockets } = await serve();
    for (const close of closing.splice(0)) await close();
    const { troubles } = hold(port);
    expect(await trouble(troubles)).toBe(`127.0.0.1:${port}: ECONNREFUSED`);
    expect(sockets).toEqual([]);
  });
});
