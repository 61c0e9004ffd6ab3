import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createGridClient, type GridClient } from "../client/grid-client.js";
import { createRequests } from "../client/requests.js";
import { readEndpoints } from "../grid/endpoints.js";
import { readProfiles } from "./profiles.js";
import { CommandError, exitCodes } from "./exit-codes.js";

/** The environment of a command. */
export interface Context {
  env: NodeJS.ProcessEnv;
  /** Prints a result. */
  print: (text: string) => void;
  /** Prints progress. */
  printProgress: (text: string) => void;
  /** Reads standard input to its end. */
  readInput: () => Promise<string>;
}

export type GlobalOptions = {
  url?: string | undefined;
  profile?: string | undefined;
  data?: string | undefined;
};

export const dataFolder = (options: GlobalOptions, env: NodeJS.ProcessEnv): string =>
  resolve(options.data ?? (env["HOLDFAST_DATA"] || ".holdfast"));

/**
 * Finds the grid by `--url`, `--profile`, HOLDFAST_URL, the endpoints.json of the data folder, or the profile of the last login.
 * @throws CommandError with exit 69
 */
export function connectGrid(options: GlobalOptions, { env }: Context): GridClient {
  const data = dataFolder(options, env);
  const { current, profiles } = readProfiles(env);
  const named = options.profile === undefined ? undefined : profiles[options.profile];
  if (options.profile !== undefined && named === undefined)
    throw new CommandError(`there is no profile ${options.profile}; \`holdfast login\` makes one`);
  const here = options.url ?? named?.url ?? (env["HOLDFAST_URL"] || readEndpoints(data)?.api);
  const profile = named ?? (here === undefined && current !== null ? profiles[current] : undefined);
  const url = here ?? profile?.url;
  if (url === undefined)
    throw new CommandError(
      `no grid found: nothing runs with ${data}; start one with \`npm start\`, sign in to one with \`holdfast login <url>\`, or name one with --url or HOLDFAST_URL`,
      exitCodes.unreachable,
    );
  return createGridClient(
    createRequests(url, profile?.token ?? (env["HOLDFAST_TOKEN"] || readToken(data)), {
      timeoutMs: 120_000,
      patienceMs: 0,
    }),
  );
}

function readToken(data: string): string | undefined {
  try {
    return readFileSync(join(data, "token"), "utf8").trim();
  } catch {
    return undefined;
  }
}
