import { existsSync, readFileSync } from "node:fs";
import { arch, availableParallelism, platform, release, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The facts that an agent discovers about its machine; grid.yaml may add others and overrides these. */
export function discoverFacts(): Record<string, string> {
  return {
    os: operatingSystem(),
    kernel: release(),
    arch: arch(),
    cpus: String(availableParallelism()),
    memory: `${Math.floor(totalmem() / 2 ** 20)}MiB`,
    node: process.versions.node,
  };
}

/** Versions of the software under every test on this machine. Mails name them. */
export function systemVersions({ os = "unknown", kernel = "unknown" }: Record<string, string>): Record<string, string> {
  return { os, kernel, node: process.version, holdfast: holdfastVersion(dirname(fileURLToPath(import.meta.url))) };
}

/** The version of Holdfast, and so of the library that tests import. */
function holdfastVersion(folder: string): string {
  const file = join(folder, "package.json");
  if (!existsSync(file)) return holdfastVersion(dirname(folder));
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

/** `debian-12`, `fedora-41`, or the name of the kernel if there is no distribution. */
function operatingSystem(): string {
  try {
    const entries = Object.fromEntries(
      readFileSync("/etc/os-release", "utf8")
        .split("\n")
        .map((line) => line.split("=", 2))
        .filter((pair) => pair.length === 2)
        .map(([key, value]) => [key, value?.replaceAll('"', "")]),
    ) as Record<string, string>;
    return [entries["ID"], entries["VERSION_ID"]].filter((part) => part !== undefined).join("-");
  } catch {
    return platform();
  }
}
