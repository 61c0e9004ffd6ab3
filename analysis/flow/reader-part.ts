import type { Program } from "./program.js";

/** One part of a reader. The parts share one state, and call each other because the syntax that they read is nested. */
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
