import type { Declaration, Site } from "./declaration.js";
import type { Cell, Value } from "./values.js";

/** An edge of the call graph: a declaration runs or reads another one. */
export interface Edge {
  to: Declaration;
  name: string;
  at: Site;
}

/** A call to something outside the source. `path` says how the code reached it, such as `pg.Pool()`. */
export interface ExternalCall {
  path: string;
  args: readonly Cell[];
  from: Declaration;
  at: Site;
}

/** A call whose target the analysis does not know yet. */
export interface OpenCall {
  callee: Cell;
  from: Declaration;
  at: Site;
  /** The text of the call in the code, shortened. */
  text: () => string;
  /** Calls a target that is found later. */
  resolve: (target: Value) => void;
  /** The parser's node, for a reader that can find out more about it. */
  node: unknown;
}

/** How a call looks to the function that is called. */
export interface CallShape {
  receiver?: Cell | undefined;
  args: readonly Cell[];
  spread?: Cell | undefined;
  named?: ReadonlyMap<string, Cell> | undefined;
  result: Cell;
}
