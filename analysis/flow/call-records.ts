import type { Declaration, Site } from "./declaration.js";
import type { Cell, Value } from "./values.js";

/** A way from one piece of code to another that it runs. */
export interface Edge {
  to: Declaration;
  name: string;
  at: Site;
}

/** A call of something that is not part of the source, by its path. */
export interface ExternalCall {
  path: string;
  args: readonly Cell[];
  from: Declaration;
  at: Site;
}

/** A call of which the analysis knows no target yet. */
export interface OpenCall {
  callee: Cell;
  from: Declaration;
  at: Site;
  /** The text of the call in the code, shortened. */
  text: () => string;
  /** Calls a target that was found later. */
  resolve: (target: Value) => void;
  /** The parser's own node, for those who can ask more of it. */
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
