import type { Edge } from "./call-records.js";
import type { Declaration, Site } from "./declaration.js";
import type { FunctionValue, Invocation } from "./values.js";

/** Records which declaration runs or reads which other one, and with which arguments. */
export class CallGraph {
  /** Calls by declaration, for annotations bound to arguments. */
  readonly calls = new Map<Declaration, { target: FunctionValue; call: Invocation; at: Site }[]>();
  readonly #edges = new Map<Declaration, { all: Edge[]; byTarget: Map<Declaration, Edge[]> }>();
  readonly #ids = new Map<object, number>();

  /** Records that one declaration runs or reads another one. */
  reach(from: Declaration, to: Declaration, name: string, at: Site): void {
    let edges = this.#edges.get(from);
    if (edges === undefined) this.#edges.set(from, (edges = { all: [], byTarget: new Map() }));
    const known = edges.byTarget.get(to);
    if (known?.some(({ at: { file, line } }) => line === at.line && file === at.file) === true) return;
    const edge = { to, name, at };
    edges.all.push(edge);
    if (known === undefined) edges.byTarget.set(to, [edge]);
    else known.push(edge);
  }

  edgesOf(declaration: Declaration): readonly Edge[] {
    return this.#edges.get(declaration)?.all ?? [];
  }

  idOf(thing: object): number {
    let id = this.#ids.get(thing);
    if (id === undefined) this.#ids.set(thing, (id = this.#ids.size));
    return id;
  }

  /** Keeps a call, because annotations can contain placeholders for its arguments. */
  recordCall(target: FunctionValue, call: Invocation, at: Site): void {
    const known = this.calls.get(target.declaration);
    if (known === undefined) this.calls.set(target.declaration, [{ target, call, at }]);
    else known.push({ target, call, at });
  }
}
