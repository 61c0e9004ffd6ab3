// Everything a fresh clone needs before it can run: packages, a Temporal server, the build.
import { pathToFileURL } from "node:url";
import { build } from "./build.mjs";
import { installPackages } from "./packages.mjs";
import { provideTemporal } from "./temporal.mjs";
import { provideSystemTools } from "./system-tools.mjs";
import { nodeIsNewEnough, oldestNode, root, SetupError, step } from "./steps.mjs";

export async function setUp() {
  if (!nodeIsNewEnough())
    throw new SetupError(`Node ${process.versions.node} is too old; Holdfast needs ${oldestNode} or newer`);
  process.chdir(root);
  await step("packages", () => installPackages());
  await step("Temporal server", provideTemporal);
  await step("system tools", () => provideSystemTools());
  await step("build", () => build());
}

/**
 * Ends the process with one clear message if the set-up cannot continue.
 * @param {() => Promise<number | void>} work may return the exit code
 */
export async function orExplain(work) {
  try {
    process.exitCode = (await work()) ?? 0;
  } catch (error) {
    process.stderr.write(
      error instanceof SetupError
        ? `\n${error.message}\n`
        : `\n${error instanceof Error ? error.stack : String(error)}\n`,
    );
    process.exitCode = 1;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await orExplain(setUp);
