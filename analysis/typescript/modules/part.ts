import type { Program } from "../../flow/program.js";
import type { Modules } from "./modules.js";
import type { ModulesState } from "./state.js";

/** One side of modules. The parts work together. */
export abstract class Part {
  protected readonly program: Program;
  protected readonly state: ModulesState;
  protected readonly parts: Modules;

  constructor(program: Program, state: ModulesState, parts: Modules) {
    this.program = program;
    this.state = state;
    this.parts = parts;
  }
}
