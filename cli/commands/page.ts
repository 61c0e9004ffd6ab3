import type { Command } from "@commander-js/extra-typings";
import { connectGrid, type Context, type GlobalOptions } from "../context.js";

export function addPage(program: Command<[], GlobalOptions>, context: Context): void {
  program
    .command("page")
    .description("print a link that opens the page and signs you in, once, on the machine of the grid")
    .option("--json")
    .action(async ({ json }) => {
      const link = await connectGrid(program.opts(), context).signInLink();
      context.print(json === true ? JSON.stringify(link, null, 2) : link.url);
    });

  program
    .command("whoami")
    .description("show whose token is used, and its role")
    .option("--json")
    .action(async ({ json }) => {
      const session = await connectGrid(program.opts(), context).session();
      const { name, role, address, project } = session;
      const details = [role, address, project === null ? null : `project ${project}`].filter((part) => part !== null);
      context.print(json === true ? JSON.stringify(session, null, 2) : `${name}: ${details.join(", ")}`);
    });
}
