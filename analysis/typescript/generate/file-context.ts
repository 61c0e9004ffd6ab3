import { ts } from "ts-morph";
import { type Program } from "../../flow/program.js";
import { type Cell, type Declaration, FunctionValue, type Site } from "../../flow/values.js";
import type { Language } from "../language.js";
import { type TypeInScope } from "../scope.js";
/** What generating code of one file needs to know about its surroundings. */
export interface FileContext {
  program: Program;
  language: Language;
  file: string;
  source: ts.SourceFile;
  /** The value of `import`ing or `require`ing a module, for `at`'s declaration. Runs its top level. */
  load: (specifier: string, from: Declaration, at: Site) => Cell;
  /** Registers a variable whose type says what it may hold if no code does. */
  typed: (cell: Cell, type: TypeInScope) => void;
  /** Functions by their node, so that others can name them. */
  register: (node: ts.Node, value: FunctionValue) => void;
  moduleExports: Cell;
  /** Whether a call registers a test that is not selected. */
  isSkipped: (node: ts.Node) => boolean;
}

export type Fn = ts.FunctionLikeDeclaration;
