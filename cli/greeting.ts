import { existsSync } from "node:fs";
import { join } from "node:path";
import type { GridClient } from "../client/grid-client.js";
import { packageRoot } from "../grid/package-root.js";
import type { RunningGrid } from "../grid/up.js";
import type { Context } from "./context.js";
import { followSubmission } from "./follow.js";
import { submitFolder } from "./commands/submit.js";

const exampleWaitMs = 10 * 60_000;

interface Greeting {
  grid: RunningGrid;
  client: GridClient;
  context: Context;
  announce: (line: string) => void;
  withExamples: boolean;
}

/**
 * Says where the page, the inbox and Temporal are, and runs the examples if `withExamples`. It never throws: the grid runs, and
 * an API that does not answer now must not end it. The supervisor restarts an API that hangs.
 */
export async function greet({ grid, client, context, announce, withExamples }: Greeting): Promise<void> {
  const link = await client.signInLink().catch((error: Error) => error);
  announce(welcome(grid, link instanceof Error ? grid.endpoints.api : link.url));
  if (link instanceof Error)
    announce(`no sign-in link yet: ${link.message}; \`holdfast page\` prints one when the API answers`);
  if (withExamples)
    await showExamples(grid, client, context).catch((error: Error) =>
      announce(`the examples could not be run: ${error.message}`),
    );
}

/** Submits the examples once and shows how they end. */
async function showExamples(grid: RunningGrid, client: GridClient, context: Context): Promise<void> {
  const folder = join(packageRoot, "examples");
  if (!existsSync(folder)) return;
  const submission = await submitFolder(client, { folder, path: "", depth: 0 }, context, false, {});
  context.printProgress(`\nThe examples run as a first submission; their names say how they end:`);
  await followSubmission(client, submission.submissionId, exampleWaitMs, (line) => context.printProgress(`  ${line}`));
  context.printProgress(`\n${nextSteps(grid, submission.jobs[0]?.jobId ?? "<id>")}`);
}

/** @param page a link, which signs the browser in if the API gave one */
function welcome(grid: RunningGrid, page: string): string {
  const places = [
    ["page", page],
    ["inbox", inboxLink(grid) ?? "your own mail relay"],
    ["Temporal", temporalLink(grid)],
  ] as const;
  return `the grid is up\n${places.map(([name, place]) => `  ${name.padEnd(9)} ${place}`).join("\n")}`;
}

/** The link contains the token, so that the browser is signed in. */
function inboxLink({ endpoints, token }: RunningGrid): string | undefined {
  return endpoints.inbox === null ? undefined : `${endpoints.inbox}/?token=${token}`;
}

function temporalLink({ endpoints, token }: RunningGrid): string {
  const { ui, address, isGuarded } = endpoints.temporal;
  if (ui === null) return address;
  return isGuarded ? `${ui}/?token=${token}` : ui;
}

/** In this repository, npx finds the command. Elsewhere, npx may find another package of that name. */
const command = process.cwd() === packageRoot ? "npx holdfast" : join(packageRoot, "cli/holdfast.mjs");

function nextSteps(grid: RunningGrid, jobId: string): string {
  return [
    `Read the mails at ${inboxLink(grid) ?? "your relay"} and try in another terminal:`,
    `  ${command} jobs`,
    `  ${command} why ${jobId}`,
    `  ${command} submit ${join(packageRoot, "examples")} --wait`,
    "Ctrl-C stops the grid; `npm start` continues with the same data.",
  ].join("\n");
}
