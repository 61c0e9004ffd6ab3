import { ReaderPart } from "../../flow/reader-part.js";
import type { Declaration } from "../../flow/declaration.js";
import type { ObjectValue, Value } from "../../flow/values.js";
import type { Language } from "../language.js";

/** What the parts of the language know together. */
export interface LanguageState {
  globals: Map<string, Value>;
  /** What calls that the language itself makes belong to. */
  from: () => Declaration;
  /** Builtin functions that have properties, such as `Promise`. */
  constructors: Map<Value, ObjectValue>;
}

/** One side of the language. */
export abstract class Part extends ReaderPart<LanguageState, Language> {}
