import type { Program } from "../flow/program.js";
import type { PythonReader } from "./read.js";
import type { PythonState } from "./state.js";

/** One kind of Python code. The parts read it together. */
export abstract class Part {
  protected readonly program: Program;
  protected readonly state: PythonState;
  protected readonly parts: PythonReader;

  constructor(program: Program, state: PythonState, parts: PythonReader) {
    this.program = program;
    this.state = state;
    this.parts = parts;
  }
}
