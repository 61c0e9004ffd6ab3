import { lookup, Resolver } from "node:dns/promises";
import { readFileSync } from "node:fs";
import type { ProbeResult } from "../domain/health/health.js";
import { reasonOf } from "./reason.js";

/** Answers by which a name server shows that it works, though it does not know the name: other sources may. */
const answers = new Set(["ENOTFOUND", "ENODATA"]);

/**
 * Whether a name can be resolved, as a program on this machine would that has nothing cached: the machine's name server
 * is asked each time, then the machine's resolver. Only the resolver is asked for a name from /etc/hosts, for a name
 * without a dot, and for a name that it could resolve the first time although no name server answered.
 */
export class NameProbe {
  readonly #name: string;
  readonly #timeoutMs: number;
  #asksServer: boolean | undefined;
  /** A look-up that hangs keeps one of few threads: none is begun beside it. */
  #isPending = false;

  constructor(name: string, timeoutMs: number) {
    this.#name = name;
    this.#timeoutMs = timeoutMs;
  }

  /** Never throws: what goes wrong is a failed probe with its reason. */
  async probe(): Promise<ProbeResult> {
    const at = new Date().toISOString();
    const direct = this.#mayAskServer() ? await this.#askServer() : undefined;
    // Without an answer from the name server, a look-up would hang. The first look-up shows if that server is needed.
    if (direct !== undefined && this.#asksServer === true) return { ok: false, at, detail: direct };
    const local = await this.#lookUp();
    if (this.#asksServer === undefined && local === undefined) this.#asksServer = direct === undefined;
    const trouble = local ?? (this.#asksServer === true ? direct : undefined);
    return { ok: trouble === undefined, at, detail: trouble ?? `${this.#name} is resolved` };
  }

  #mayAskServer(): boolean {
    return this.#asksServer !== false && this.#name.includes(".") && !isInHostsFile(this.#name);
  }

  /** What is wrong with the name server; undefined if it answers. A new resolver has nothing cached. */
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
