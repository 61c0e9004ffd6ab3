import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { RequestError, Server } from "proxy-chain";
import { allowedLookup, assertHostAllowed, type FetchPolicy, RefusedAddressError } from "./fetch-policy.js";

/** The proxy access of one fetch. */
export interface ProxyAccess {
  /** The URL of the proxy. Its user name identifies this fetch. */
  url: string;
  /** A program that connects its standard input and output to `<host> <port>` through the proxy. */
  connector: string;
  /** The first refused address; undefined if there was none. */
  refusal(): string | undefined;
  close(): void;
}

/**
 * The proxy through which git reaches its servers. It looks up hosts, and connects only to the addresses that it has checked.
 * So redirects, submodules, Git LFS and names that change meanwhile cannot reach any other address.
 */
export class FetchProxy {
  readonly #server: Server;
  readonly #connector: string;
  readonly #exits = new Map<string, { policy: FetchPolicy; refusal?: string }>();

  private constructor(scratch: string) {
    this.#connector = join(scratch, "connect");
    const script = fileURLToPath(new URL("./proxy-connect.js", import.meta.url));
    writeFileSync(this.#connector, `#!/bin/sh\nexec '${process.execPath}' '${script}' "$@"\n`, { mode: 0o755 });
    this.#server = new Server({
      port: 0,
      host: "127.0.0.1",
      prepareRequestFunction: ({ username, hostname }) => {
        const exit = this.#exits.get(username);
        if (exit === undefined) return { requestAuthentication: true };
        const refuse = (error: RefusedAddressError) => (exit.refusal ??= error.message);
        try {
          assertHostAllowed(hostname.replace(/^\[|\]$/g, ""), exit.policy);
        } catch (error) {
          if (!(error instanceof RefusedAddressError)) throw error;
          throw new RequestError(refuse(error), 403);
        }
        const find = allowedLookup(exit.policy);
        const dnsLookup: typeof find = (host, options, done) =>
          find(host, options, (error, ...found) => {
            if (error instanceof RefusedAddressError) refuse(error);
            done(error, ...found);
          });
        return { dnsLookup: dnsLookup as never };
      },
    });
    this.#server.on("requestFailed", () => undefined);
  }

  /** @param scratch a folder for short-lived files */
  static async start(scratch: string): Promise<FetchProxy> {
    const proxy = new FetchProxy(scratch);
    await proxy.#server.listen();
    return proxy;
  }

  open(policy: FetchPolicy): ProxyAccess {
    const name = randomBytes(18).toString("base64url");
    const exit: { policy: FetchPolicy; refusal?: string } = { policy };
    this.#exits.set(name, exit);
    return {
      url: `http://${name}:exit@127.0.0.1:${this.#server.port}`,
      connector: this.#connector,
      refusal: () => exit.refusal,
      close: () => this.#exits.delete(name),
    };
  }

  async stop(): Promise<void> {
    await this.#server.close(true);
  }
}
