import type { Edge } from "./call-records.js";
import type { Declaration, FunctionValue, Invocation, Site } from "./values.js";

/** Which piece of code runs, or reads, which other one, and with which arguments. */
export class CallGraph {
  /** Calls by declaration, for annotations bound to arguments. */
  readonly calls = new Map<Declaration, { target: FunctionValue; call: Invocation; at: Site }[]>();
  readonly #edges = new Map<Declaration, Edge[]>();
  readonly #known = new Set<string>();
  readonly #ids = new Map<object, number>();

  /** Notes that one declaration runs, or reads, another one. */
  reach(from: Declaration, to: Declaration, name: string, at: Site): void {
    const key = `${this.idOf(from)}>${this.idOf(to)}@${at.file}:${at.line}`;
    if (this.#known.has(key)) return;
    this.#known.add(key);
    const edges = this.#edges.get(from) ?? [];
    edges.push({ to, name, at });
    this.#edges.set(from, edges);
  }

  edgesOf(declaration: Declaration): readonly Edge[] {
    return this.#edges.get(declaration) ?? [];
  }

  idOf(thing: object): number {
    let id = this.#ids.get(thing);
    if (id === undefined) this.#ids.set(thing, (id = this.#ids.size));
    return id;
  }

  /** Keeps a call for the annotations that stand for its arguments. */
  recordCall(target: FunctionValue, call: Invocation, at: Site): void {
    const known = this.calls.get(target.declaration);
    if (known === undefined) this.calls.set(target.declaration, [{ target, call, at }]);
    else known.push({ target, call, at });
  }
}
