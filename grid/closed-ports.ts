import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { usersOfTests } from "../domain/access/test-users.js";

/**
 * Refuses connections from tests to these TCP ports, but only on this machine. Needs root and `nft` (nftables).
 * Credentials still protect the servers behind these ports. This only stops a test from trying.
 * A table that an earlier start of the same grid left is replaced in one step.
 * @returns why the ports stay open; undefined if they are closed
 */
export function closePorts(data: string, ports: readonly number[]): string | undefined {
  if (process.getuid?.() !== 0) return "not root";
  const { first, last } = usersOfTests;
  const table = tableOf(data);
  const rules = [
    ...deleteTableRules(table),
    `table inet ${table} {`,
    "  chain output {",
    "    type filter hook output priority 0; policy accept;",
    // Traffic to any address of this machine leaves through its loopback interface.
    `    oifname "lo" meta skuid ${first}-${last} tcp dport { ${ports.join(", ")} } reject with tcp reset`,
    "  }",
    "}",
  ];
  return apply(rules);
}

/** Removes the rules again. */
export function openPorts(data: string): void {
  if (process.getuid?.() === 0) apply(deleteTableRules(tableOf(data)));
}

/** There is one table for each data folder, so that grids on one machine do not change each other's rules. */
function tableOf(data: string): string {
  return `holdfast_${createHash("sha256").update(data).digest("hex").slice(0, 12)}`;
}

/** The table is added first, because `delete` fails if there is no table. */
function deleteTableRules(table: string): string[] {
  return [`add table inet ${table}`, `delete table inet ${table}`];
}

function apply(rules: readonly string[]): string | undefined {
  const { status, stderr, error } = spawnSync("nft", ["-f", "-"], { input: `${rules.join("\n")}\n`, encoding: "utf8" });
  if (error !== undefined) return "nft is not installed (package nftables)";
  return status === 0 ? undefined : (stderr.trim().split("\n")[0] ?? "nft failed");
}
