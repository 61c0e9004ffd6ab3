import type { Program } from "../flow/program.js";
import type { Declaration } from "../flow/declaration.js";
import type { Cell, Value } from "../flow/values.js";
import { Constructors } from "./language/constructors.js";
import { Members } from "./language/members.js";
import { Objects } from "./language/objects.js";
import type { LanguageState } from "./language/part.js";

/** The built-in functions and objects of the language: they call back, bind functions, list names. */
export class Language {
  readonly members: Members;
  readonly objects: Objects;
  readonly constructors: Constructors;

  constructor(program: Program, from: () => Declaration) {
    const state: LanguageState = { globals: new Map(), from, constructors: new Map() };
    this.members = new Members(program, state, this);
    this.objects = new Objects(program, state, this);
    this.constructors = new Constructors(program, state, this);
    program.onMissing = (value, name) => this.members.member(value, name);
    program.staticsOf = (value) => state.constructors.get(value);
  }

  /** The value of a name that no scope declares. */
  global(name: string): Value {
    return this.objects.global(name);
  }

  /** The values that code of the source assigns to a global name. */
  assignedGlobal(name: string): Cell {
    return this.objects.globalObject.prop(name);
  }
}
