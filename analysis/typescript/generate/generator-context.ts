import type { ts } from "@ts-morph/common";
import type { Program } from "../../flow/program.js";
import type { Declaration, Site } from "../../flow/declaration.js";
import type { Cell, FunctionValue } from "../../flow/values.js";
import type { Language } from "../language.js";
import type { TypeInScope } from "../scope.js";

/** What the generator needs from the reader. */
export interface GeneratorContext {
  program: Program;
  language: Language;
  /**
   * The value of importing or requiring a module. Runs its top level.
   * @param node in the importing file
   */
  load: (specifier: string, node: ts.Node, from: Declaration, at: Site) => Cell;
  /** Registers a variable with its type. If no code gives it a value, the type says what it can hold. */
  typed: (cell: Cell, type: TypeInScope) => void;
  /** Registers a function by its node, so other code can refer to it. */
  register: (node: ts.Node, value: FunctionValue) => void;
  /** `module.exports` of the module that contains a node. */
  exportsOf: (node: ts.Node) => Cell;
  /** Whether a call registers a test that is not selected. */
  isSkipped: (node: ts.Node) => boolean;
}

export type Fn = ts.FunctionLikeDeclaration;
