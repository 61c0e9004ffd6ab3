import { ts } from "@ts-morph/common";
import type { Declaration } from "../../flow/declaration.js";
import { type Cell, ObjectValue } from "../../flow/values.js";
import { Scope, type TypeInScope } from "../scope.js";
import type { ModuleCode } from "./module-code.js";

/** One file of code, as a test sees it. Its top level runs when something imports it. */
export interface Module {
  file: string;
  declaration: Declaration;
  scope: Scope;
  source: ts.SourceFile;
  code: ModuleCode;
  /** The value of `import * as`. */
  namespace: ObjectValue;
  /** The value of `module.exports`. */
  exports: Cell;
  isStarted: boolean;
}

export interface Typed {
  cell: Cell;
  type: TypeInScope;
}
