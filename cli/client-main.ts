import { runProgram } from "./program.js";

// The command of the package for clients: everything that needs no grid on this machine.
await runProgram(() => undefined);
