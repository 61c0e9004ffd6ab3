import { openConnection } from "./connection.js";
import { reasonOf } from "./reason.js";

/** Succeeds if `<host>:<port>` accepts a connection. @throws Error with the reason */
export function probeTcp(address: string, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = openConnection(address, timeoutMs, () => {
      resolve(`${address} accepts connections`);
      socket.destroy();
    });
    socket.on("error", (error) => reject(new Error(`${address}: ${reasonOf(error)}`)));
  });
}
