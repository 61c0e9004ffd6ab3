import type { ts } from "ts-morph";
import type { Program } from "../../flow/program.js";
import type { Site } from "../../flow/values.js";
import type { FileContext } from "./file-context.js";
import type { Generator } from "./generator.js";

/** One kind of code. The parts generate together what the code of one module does. */
export abstract class Part {
  protected readonly context: FileContext;
  protected readonly program: Program;
  protected readonly parts: Generator;

  constructor(context: FileContext, parts: Generator) {
    this.context = context;
    this.program = context.program;
    this.parts = parts;
  }

  protected site(node: ts.Node): Site {
    return this.parts.site(node);
  }
}
