import { readFileSync } from "node:fs";
import { arch, availableParallelism, platform, release, totalmem } from "node:os";

/** What an agent finds out about its machine; grid.yaml may add to it and overrules it. */
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

/** `debian-12`, `fedora-41`, or the kernel's name where no distribution is named. */
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
