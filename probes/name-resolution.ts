import { lookup, Resolver } from "node:dns/promises";
import { readFileSync } from "node:fs";
import type { ProbeResult } from "../domain/health/health.js";
import { reasonOf } from "./reason.js";

/** Answers of a name server that works but does not know the name. Other sources may know it. */
const answers = new Set(["ENOTFOUND", "ENODATA"]);

/**
 * Probes whether a program on this machine that has nothing cached can resolve a name. It asks the machine's name server each
 * time, and then the machine's resolver. It asks only the resolver in three cases: the name is in /etc/hosts, it has no dot,
 * or the resolver could resolve it the first time although no name server answered.
 */
export class NameProbe {
  readonly #name: string;
  readonly #timeoutMs: number;
  #asksServer: boolean | undefined;
  /** A lookup that hangs occupies one of few threads, so no other one starts meanwhile. */
  #isPending = false;

  constructor(name: string, timeoutMs: number) {
    this.#name = name;
    this.#timeoutMs = timeoutMs;
  }

  /** Never throws. An error becomes a failed probe with a reason. */
  async probe(): Promise<ProbeResult> {
    const at = new Date().toISOString();
    const direct = this.#mayAskServer() ? await this.#askServer() : undefined;
    // Without an answer from the name server, a lookup would hang. The first lookup shows whether that server is needed.
    if (direct !== undefined && this.#asksServer === true) return { ok: false, at, detail: direct };
    const local = await this.#lookUp();
    if (this.#asksServer === undefined && local === undefined) this.#asksServer = direct === undefined;
    const trouble = local ?? (this.#asksServer === true ? direct : undefined);
    return { ok: trouble === undefined, at, detail: trouble ?? `${this.#name} is resolved` };
  }

  #mayAskServer(): boolean {
    return this.#asksServer !== false && this.#name.includes(".") && !isInHostsFile(this.#name);
  }

  /** The problem of the name server; undefined if it answers. Each call uses a new resolver, which has nothing cached. */
  async #askServer(): Promise<string | undefined> {
    try {
      await new Resolver({ timeout: this.#timeoutMs, tries: 1 }).resolve4(this.#name);
      return undefined;
    } catch (error) {
      const reason = reasonOf(error);
      return answers.has(reason) ? undefined : `the name server does not resolve ${this.#name}: ${reason}`;
    }
  }

  async #lookUp(): Promise<string | undefined> {
    if (this.#isPending) return `${this.#name}: no answer yet`;
    this.#isPending = true;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<string>((resolve) => {
      timer = setTimeout(() => resolve(`${this.#name}: no answer within ${this.#timeoutMs} ms`), this.#timeoutMs);
    });
    const asked = lookup(this.#name, { all: true })
      .then(
        () => undefined,
        (error: unknown) => `${this.#name}: ${reasonOf(error)}`,
      )
      .finally(() => (this.#isPending = false));
    const trouble = await Promise.race([asked, late]);
    clearTimeout(timer);
    return trouble;
  }
}

function isInHostsFile(name: string): boolean {
  try {
    return readFileSync("/etc/hosts", "utf8")
      .split("\n")
      .some((line) => line.replace(/#.*/, "").trim().split(/\s+/).slice(1).includes(name));
  } catch {
    return false;
  }
}
