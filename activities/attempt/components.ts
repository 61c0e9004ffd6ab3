import { release } from "node:os";
import { describeEnd, type Site } from "./site.js";

const componentMs = 10_000;

/** Versions of what took part, as the suite's commands print them. */
export async function versions(site: Site, machine: string): Promise<Record<string, string>> {
  const known: Record<string, string> = { machine, kernel: release() };
  for (const [name, command] of Object.entries(site.plan.components)) {
    known[name] = await printedBy(site, command).catch((error: Error) => `unknown: ${error.message}`);
  }
  return known;
}

/** The first line that a component's command prints. */
async function printedBy({ workspace, room, env, stop }: Site, command: string): Promise<string> {
  let printed = "";
  const onOutput = (data: Buffer) => {
    printed += data.toString("utf8");
  };
  const options = { cwd: workspace.source, env, stop, timeoutMs: componentMs, onOutput, onStart: () => undefined };
  const end = await room.run(command, options);
  if (end.code !== 0) return `unknown: \`${command}\` ended with ${describeEnd(end, componentMs)}`;
  return (printed.trim().split("\n")[0] ?? "").slice(0, 200) || "printed nothing";
}
