import { connect, type Socket } from "node:net";

/**
 * Connects to `<host>:<port>` and calls `onOpen` when the connection is open. If it fails, the socket ends with an error.
 *
 * If nothing listens on a local port, the system may choose that same port as the source port. Then the socket is
 * connected to itself (RFC 9293, section 3.5: simultaneous open). Such a connection is closed and counts as
 * refused: nothing answers, and the service could not start while the port is in use.
 */
export function openConnection(address: string, timeoutMs: number, onOpen: () => void): Socket {
  const separator = address.lastIndexOf(":");
  const [host, port] = [address.slice(0, separator), Number(address.slice(separator + 1))];
  const socket = connect({ host, port, timeout: timeoutMs });
  socket.on("connect", () => {
    if (isWithItself(socket)) socket.destroy(refusal());
    else onOpen();
  });
  socket.on("timeout", () => socket.destroy(new Error(`no answer within ${timeoutMs} ms`)));
  return socket;
}

function isWithItself({ localAddress, localPort, remoteAddress, remotePort }: Socket): boolean {
  return localPort === remotePort && localAddress === remoteAddress;
}

function refusal(): Error {
  return Object.assign(new Error("the connection was with itself"), { code: "ECONNREFUSED" });
}
