import { runProgram } from "./program.js";

// The command of the client package. It has all commands that need no grid on this machine.
await runProgram(() => undefined);
