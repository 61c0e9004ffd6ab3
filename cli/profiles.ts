import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/** A grid that this user has signed in to. */
export interface Profile {
  url: string;
  token: string;
}

export interface Profiles {
  /** The name of the profile that is used without `--profile`. */
  current: string | null;
  profiles: Record<string, Profile>;
  /** The submission that was made last, for `@last`. */
  last: string | null;
}

/** The file with the profiles: HOLDFAST_CONFIG, or a file in the user's configuration folder. */
function fileIn(env: NodeJS.ProcessEnv): string {
  return env["HOLDFAST_CONFIG"] || join(env["XDG_CONFIG_HOME"] || join(homedir(), ".config"), "holdfast/profiles.json");
}

/** The stored profiles; none if the file is missing or not readable. */
export function readProfiles(env: NodeJS.ProcessEnv): Profiles {
  const none: Profiles = { current: null, profiles: {}, last: null };
  try {
    return { ...none, ...(JSON.parse(readFileSync(fileIn(env), "utf8")) as Partial<Profiles>) };
  } catch {
    return none;
  }
}

export function changeProfiles(env: NodeJS.ProcessEnv, change: (profiles: Profiles) => Profiles): void {
  const file = fileIn(env);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.${process.pid}.tmp`;
  writeFileSync(fresh, `${JSON.stringify(change(readProfiles(env)), null, 2)}\n`, { mode: 0o600 });
  renameSync(fresh, file);
}

/** Stores which submission `@last` means. A folder that is not writable must not make a command fail. */
export function noteLast(env: NodeJS.ProcessEnv, submissionId: string): void {
  try {
    changeProfiles(env, (profiles) => ({ ...profiles, last: submissionId }));
  } catch {
    // Then `@last` still means the submission before.
  }
}
