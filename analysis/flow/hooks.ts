import type { Program } from "./program.js";
import type { Declaration, Site } from "./declaration.js";
import { type Cell, FunctionValue } from "./values.js";

/** Methods that a base class calls: of streams, request handlers, protocols, loggers and visitors. */
const hookNames =
  /^(?:_(?:transform|write|writev|read|flush|final|construct|destroy)|do_[A-Z]+|handle|emit|run|data_received|connection_made|connection_lost|on_\w+|visit_\w+|handle_\w+)$/;

/** Calls the hook methods of a class whose base is outside the source, because the base calls them by name. */
export function callHooks(program: Program, type: FunctionValue, self: Cell, from: Declaration, at: Site): void {
  type.prototype.eachName((name, cell) => {
    if (!hookNames.test(name)) return;
    cell.each((method) => {
      if (!(method instanceof FunctionValue)) return;
      const args = method.parameters.map(() => program.cell(program.external("argument")));
      program.callValue(method, { receiver: self, args, result: program.cell() }, from, at, method);
    });
  });
}
