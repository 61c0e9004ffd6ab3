import { addAnalyse } from "./commands/analyse.js";
import { addUp } from "./commands/up.js";
import { runProgram } from "./program.js";

const processes = { api: "../api/main.js", worker: "../workers/control/main.js", agent: "../workers/agent/main.js" };

await runProgram((program, context) => {
  program.commandsGroup("A grid of your own:");
  addUp(program, context);
  addAnalyse(program, context);
  program.command("doctor").description("show what this machine lacks, without starting anything");
  for (const [name, file] of Object.entries(processes))
    program
      .command(name)
      .description(`run the ${name} process of a larger grid; environment variables configure it`)
      .action(async () => {
        await import(file);
        await new Promise(() => undefined);
      });
});
