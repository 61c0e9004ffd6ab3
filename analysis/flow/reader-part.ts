import type { Program } from "./program.js";

/** One side of a reader. Its parts call each other, as the syntax that they read is nested, and share one state. */
export abstract class ReaderPart<State, Reader> {
  protected readonly program: Program;
  protected readonly state: State;
  protected readonly parts: Reader;

  constructor(program: Program, state: State, parts: Reader) {
    this.program = program;
    this.state = state;
    this.parts = parts;
  }
}
