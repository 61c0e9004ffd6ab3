import { CallGraph } from "./call-graph.js";
import type { ExternalCall } from "./call-records.js";
import type { BuiltinValue, Cell, ObjectValue, Value } from "./values.js";

/** The hooks by which the reader of a language extends a program. */
export class LanguageHooks extends CallGraph {
  /** Runs first. Returns whether it has handled the call. If not, functions in the arguments count as called. */
  onExternalCall: ((call: ExternalCall, result: Cell) => boolean) | undefined;
  /** Paths of functions that do not call their arguments. They only print, compare or replace them. */
  neverCallsArguments: RegExp | undefined;
  /** Returns what a function outside the source passes to its callbacks, as `this` and as their first argument. */
  contextOf: ((path: string) => Cell | undefined) | undefined;
  /** Whether functions that callbacks return are called too. */
  callsResult: ((path: string) => boolean) | undefined;
  /** Data, and objects of test runners. For these, the declared types count too. */
  readonly typedObjects = new Set<Value>();
  /** Returns the static properties of a builtin, if it has any. */
  staticsOf: ((value: BuiltinValue) => ObjectValue | undefined) | undefined;
  /** Returns a method that the language itself gives to a value of this kind. */
  onMissing: ((value: ObjectValue, name: string) => BuiltinValue | undefined) | undefined;
}
