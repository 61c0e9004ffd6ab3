import type { Program } from "../../flow/program.js";
import type { Declaration, ObjectValue, Value } from "../../flow/values.js";
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
export abstract class Part {
  protected readonly program: Program;
  protected readonly state: LanguageState;
  protected readonly parts: Language;

  constructor(program: Program, state: LanguageState, parts: Language) {
    this.program = program;
    this.state = state;
    this.parts = parts;
  }
}
