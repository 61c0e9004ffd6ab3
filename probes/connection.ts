import { connect, type Socket } from "node:net";

/**
 * Connects to `<host>:<port>` and calls `onOpen` when it answers; the socket ends with an error when it does not.
 *
 * Where nobody listens on a port of this machine's own, the system may pick that very port to connect from, and the
 * connection stands without anybody at the other end (RFC 9293, section 3.5: simultaneous open). It is let go as
 * refused: it is no answer, and the service could not start while it lasts.
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
