import { join } from "node:path";
import { parse as parseYaml } from "yaml";
import { matchFiles } from "../../domain/results/glob.js";

const largestFile = 100_000;

/**
 * The folders of a source's workspace packages, by name. A package manager links them in node_modules, which is not part of
 * a source.
 * @param read returns the text of a file by its path within the source
 * @param files all paths within the source
 */
export function workspacePackages(
  read: (path: string) => string | null,
  files: () => readonly string[],
): ReadonlyMap<string, string> {
  const packages = new Map<string, string>();
  const patterns = patternsIn(read);
  if (patterns.length === 0) return packages;
  const matcher = matchFiles(patterns.map((pattern) => join(pattern.replace(/^!/, ""), "package.json")));
  for (const file of files()) {
    if (!file.endsWith("/package.json") || !matcher.isWanted(file)) continue;
    const { name } = (json(read(file)) ?? {}) as { name?: unknown };
    if (typeof name === "string") packages.set(name, file.slice(0, -"/package.json".length));
  }
  return packages;
}

function patternsIn(read: (path: string) => string | null): string[] {
  const { workspaces } = (json(read("package.json")) ?? {}) as { workspaces?: string[] | { packages?: string[] } };
  const own = Array.isArray(workspaces) ? workspaces : (workspaces?.packages ?? []);
  const text = read("pnpm-workspace.yaml");
  const ofPnpm = text === null || text.length > largestFile ? undefined : yaml(text);
  return [...own, ...(ofPnpm?.packages ?? [])].filter((each) => typeof each === "string" && !each.startsWith("!"));
}

function json(text: string | null): unknown {
  try {
    return text === null || text.length > largestFile ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function yaml(text: string): { packages?: string[] } | undefined {
  try {
    return parseYaml(text, { maxAliasCount: 20 }) as { packages?: string[] };
  } catch {
    return undefined;
  }
}
