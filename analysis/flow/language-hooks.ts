import { CallGraph } from "./call-graph.js";
import type { ExternalCall } from "./call-records.js";
import type { BuiltinValue, Cell, ObjectValue, Value } from "./values.js";

/** What the reader of a language adds to a program. */
export class LanguageHooks extends CallGraph {
  /** Is asked first. Returns whether it has dealt with the call; else functions in arguments count as called. */
  onExternalCall: ((call: ExternalCall, result: Cell) => boolean) | undefined;
  /** Functions that look at what they are given, and call none of it: they print, compare, or replace it. */
  looksOnly: RegExp | undefined;
  /** What functions outside of the source give to functions that they get, as `this` and as first argument. */
  contextOf: ((path: string) => Cell | undefined) | undefined;
  /** Whether functions that callbacks return are called too. */
  callsResult: ((path: string) => boolean) | undefined;
  /** Data, and objects of test runners: what their types say of them counts too. */
  readonly typedObjects = new Set<Value>();
  /** The properties of a builtin that has some. */
  staticsOf: ((value: BuiltinValue) => ObjectValue | undefined) | undefined;
  /** The methods that a language gives to all values of a kind. */
  onMissing: ((value: ObjectValue, name: string) => BuiltinValue | undefined) | undefined;
}
