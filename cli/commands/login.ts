import { createInterface } from "node:readline/promises";
import type { Command } from "@commander-js/extra-typings";
import { createGridClient } from "../../client/grid-client.js";
import { createRequests } from "../../client/requests.js";
import type { Context, GlobalOptions } from "../context.js";
import { CommandError, exitCodes } from "../exit-codes.js";
import { changeProfiles } from "../profiles.js";

/** Commands that store and delete the profiles of this user's grids. */
export function addLogin(program: Command<[], GlobalOptions>, context: Context): void {
  program
    .command("login")
    .description(
      "store the address of a grid and your token, for commands without --url, HOLDFAST_URL or a grid of this folder",
    )
    .argument("<url>")
    .option("--name <profile>", "the name of the profile (default: the host)")
    .option("--token <token>", "your token (default: HOLDFAST_TOKEN, or the command asks for it)")
    .action(async (url, { name, token = context.env["HOLDFAST_TOKEN"] || undefined }) => {
      if (!URL.canParse(url)) throw new CommandError(`${url} is not an address`);
      const given = token ?? (await askFor("Your token: "));
      const requests = createRequests(url, given, { timeoutMs: 20_000, patienceMs: 0 });
      const session = await createGridClient(requests).session();
      const profile = name ?? new URL(url).host;
      changeProfiles(context.env, (stored) => ({
        ...stored,
        current: profile,
        profiles: { ...stored.profiles, [profile]: { url: url.replace(/\/+$/, ""), token: given } },
      }));
      context.print(`signed in to ${url} as ${session.name} (${session.role}); profile ${profile}`);
    });

  program
    .command("logout")
    .description("forget a profile and its token")
    .argument("[profile]", "the current one if left out")
    .action((given) => {
      let gone: string | null = null;
      changeProfiles(context.env, ({ profiles, current, last }) => {
        gone = given ?? current;
        const { [gone ?? ""]: removed, ...others } = profiles;
        if (removed === undefined) throw new CommandError(`there is no profile ${gone ?? ""}`);
        return { profiles: others, current: current === gone ? null : current, last };
      });
      context.print(`forgotten: ${String(gone)}`);
    });
}

async function askFor(question: string): Promise<string> {
  if (!process.stdin.isTTY) throw new CommandError("give --token or HOLDFAST_TOKEN", exitCodes.notSignedIn);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
}
