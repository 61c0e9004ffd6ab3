import { parseStoredRequirement } from "../../../domain/requirements/requirement.js";
import { z } from "zod";
import { readNotes, versionsFile } from "../results/notes.js";
import { packageVersion } from "./requirement-check.js";
import { describeEnd, type RunContext } from "./run-context.js";

const componentMs = 10_000;
/** Only the first line that a component's command prints is needed. */
const outputLimit = 4_096;

/**
 * Returns the versions of an attempt's components: the machine, the required packages, what the test reported, and what the
 * suite's commands print.
 */
export async function versions(
  context: RunContext,
  machine: string,
  system: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const known: Record<string, string> = { machine, ...system };
  for (const name of packagesOf(context.plan.requirements))
    known[`package ${name}`] = (await packageVersion(name)) ?? "not installed";
  for (const { name, version } of await notedVersions(context)) known[name] ??= version;
  for (const [name, command] of Object.entries(context.plan.components)) {
    known[name] = await readPrintedVersion(context, command).catch((error: Error) => `unknown: ${error.message}`);
  }
  return known;
}

const mostNoted = 30;

const noted = z.object({
  name: z.string().regex(/^\S[^\r\n]{0,99}$/),
  version: z.string().transform((text) => (text.trim().split("\n")[0] ?? "").slice(0, 200)),
});

/** The versions that the test itself has reported. */
async function notedVersions({ workspace }: RunContext): Promise<{ name: string; version: string }[]> {
  const notes = await readNotes(workspace.temporary, versionsFile);
  return notes.flatMap((note) => noted.safeParse(note).data ?? []).slice(0, mostNoted);
}

function packagesOf(requirements: readonly string[]): string[] {
  const parsed = requirements.map(parseStoredRequirement);
  return [...new Set(parsed.filter(({ kind }) => kind === "package").map(({ name }) => name))];
}

/** The first line that a component's command prints. */
async function readPrintedVersion({ workspace, sandbox, env, stop }: RunContext, command: string): Promise<string> {
  let printed = "";
  const onOutput = (data: Buffer) => {
    if (printed.length < outputLimit) printed += data.toString("utf8", 0, outputLimit);
  };
  const options = { cwd: workspace.source, env, stop, timeoutMs: componentMs, onOutput, onStart: () => undefined };
  const end = await sandbox.run(command, options);
  if (end.code !== 0) return `unknown: \`${command}\` ended with ${describeEnd(end, componentMs)}`;
  return (printed.trim().split("\n")[0] ?? "").slice(0, 200) || "printed nothing";
}
