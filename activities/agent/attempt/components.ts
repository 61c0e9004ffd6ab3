import { parseStoredRequirement } from "../../../domain/requirements/requirement.js";
import { packageVersion } from "./requirement-check.js";
import { describeEnd, type RunContext } from "./run-context.js";

const componentMs = 10_000;
/** Only the first line that a component's command prints is kept. */
const outputLimit = 4_096;

/**
 * Versions of the components of an attempt: of the machine, of the required packages, and as the suite's commands print
 * them.
 */
export async function versions(
  context: RunContext,
  machine: string,
  system: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const known: Record<string, string> = { machine, ...system };
  for (const name of packagesOf(context.plan.requirements))
    known[`package ${name}`] = (await packageVersion(name)) ?? "not installed";
  for (const [name, command] of Object.entries(context.plan.components)) {
    known[name] = await printedBy(context, command).catch((error: Error) => `unknown: ${error.message}`);
  }
  return known;
}

function packagesOf(requirements: readonly string[]): string[] {
  const parsed = requirements.map(parseStoredRequirement);
  return [...new Set(parsed.filter(({ kind }) => kind === "package").map(({ name }) => name))];
}

/** The first line that a component's command prints. */
async function printedBy({ workspace, sandbox, env, stop }: RunContext, command: string): Promise<string> {
  let printed = "";
  const onOutput = (data: Buffer) => {
    if (printed.length < outputLimit) printed += data.toString("utf8", 0, outputLimit);
  };
  const options = { cwd: workspace.source, env, stop, timeoutMs: componentMs, onOutput, onStart: () => undefined };
  const end = await sandbox.run(command, options);
  if (end.code !== 0) return `unknown: \`${command}\` ended with ${describeEnd(end, componentMs)}`;
  return (printed.trim().split("\n")[0] ?? "").slice(0, 200) || "printed nothing";
}
