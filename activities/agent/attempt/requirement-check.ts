import { execFile } from "node:child_process";
import { access } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { holdsVersion } from "../../../domain/requirements/quantity.js";
import type { PackageSystem } from "../../../domain/requirements/version.js";
import { parseStoredRequirement } from "../../../domain/requirements/requirement.js";
import type { AttemptReport, Watched } from "../../../domain/verdict/attempt.js";
import { requirementCheck } from "../../../domain/verdict/checks.js";

const execute = promisify(execFile);

/** The requirements that this machine does not meet, each with the reason. Services and machine facts are checked elsewhere. */
export async function missingRequirements(requirements: readonly string[], path: string): Promise<string[]> {
  const missing = await Promise.all(requirements.map((text) => lackOf(text, path)));
  return missing.filter((lack) => lack !== undefined);
}

/** A requirement that was met before an attempt and is not met after it. The time of the change is unknown. */
export function lostRequirement({ startedAt: from }: AttemptReport, detail: string): Watched {
  const to = new Date().toISOString();
  return { check: requirementCheck, from, to, looks: 2, bad: [{ from, to, detail }] };
}

async function lackOf(text: string, path: string): Promise<string | undefined> {
  const requirement = parseStoredRequirement(text);
  switch (requirement.kind) {
    case "service":
    case "machine":
      return undefined;
    case "device":
      return (await exists(requirement.name)) ? undefined : `${text} is not there`;
    case "command":
      return (await anyExists(path.split(delimiter).map((folder) => join(folder, requirement.name))))
        ? undefined
        : `${text} is not on the path`;
    case "package": {
      const { name, operator, value } = requirement;
      const installed = await installedPackage(name);
      if (installed === undefined) return `${text} is not installed`;
      const { version, system } = installed;
      const isEnough = operator === undefined || value === undefined || holdsVersion(version, operator, value, system);
      return isEnough ? undefined : `${text}: version ${version} is installed`;
    }
  }
}

/** A hanging package database must not block an attempt forever. */
const packageMs = 30_000;

/** The version of a package that is installed on this machine, and the system that installed it; undefined if it is not. */
async function installedPackage(name: string): Promise<{ version: string; system: PackageSystem } | undefined> {
  const queries: [PackageSystem, string, string[]][] = [
    ["deb", "dpkg-query", ["-W", "-f=${db:Status-Status} ${Version}", name]],
    ["rpm", "rpm", ["-q", "--qf", "installed %{EPOCHNUM}:%{VERSION}-%{RELEASE}", name]],
  ];
  for (const [system, command, args] of queries) {
    const answer = await execute(command, args, { timeout: packageMs }).then(
      ({ stdout }) => stdout,
      () => "",
    );
    if (answer.startsWith("installed ")) return { version: answer.slice("installed ".length).trim(), system };
  }
  return undefined;
}

/** The version of a package that is installed on this machine, for people; undefined if it is not. */
export async function packageVersion(name: string): Promise<string | undefined> {
  return (await installedPackage(name))?.version.replace(/^0:/, "");
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function anyExists(paths: readonly string[]): Promise<boolean> {
  return (await Promise.all(paths.map(exists))).includes(true);
}
