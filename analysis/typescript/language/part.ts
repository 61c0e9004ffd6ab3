import { ReaderPart } from "../../flow/reader-part.js";
import type { Declaration } from "../../flow/declaration.js";
import type { ObjectValue, Value } from "../../flow/values.js";
import type { Language } from "../language.js";

/** The shared state of the language's parts. */
export interface LanguageState {
  globals: Map<string, Value>;
  /** The declaration that calls by the language itself belong to. */
  from: () => Declaration;
  /** Builtin functions that have properties, such as `Promise`. */
  constructors: Map<Value, ObjectValue>;
}

/** The base class of the language's parts. */
export abstract class Part extends ReaderPart<LanguageState, Language> {}
