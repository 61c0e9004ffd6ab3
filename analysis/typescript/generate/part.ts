import type { Program } from "../../flow/program.js";
import type { Generator } from "./generator.js";
import type { GeneratorContext } from "./generator-context.js";

/** The base class of the generator's parts. Each part handles one kind of code. */
export abstract class Part {
  protected readonly context: GeneratorContext;
  protected readonly program: Program;
  protected readonly parts: Generator;

  constructor(context: GeneratorContext, parts: Generator) {
    this.context = context;
    this.program = context.program;
    this.parts = parts;
  }
}
