import { connect } from "node:net";
import { reasonOf } from "./reason.js";

/** Good when `<host>:<port>` accepts a connection. @throws Error with the reason */
export function probeTcp(address: string, timeoutMs: number): Promise<string> {
  const separator = address.lastIndexOf(":");
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: address.slice(0, separator),
      port: Number(address.slice(separator + 1)),
      timeout: timeoutMs,
    });
    socket.on("connect", () => {
      resolve(`${address} accepts connections`);
      socket.destroy();
    });
    socket.on("timeout", () => socket.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    socket.on("error", (error) => reject(new Error(`${address}: ${reasonOf(error)}`)));
  });
}
