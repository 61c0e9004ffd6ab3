import { spawn } from "node:child_process";

const inside = "CHAOS_OWN_MOUNTS";

/**
 * Runs this process again in its own mount namespace, and exits when that process exits. Returns at once if this process has
 * its own namespace already, or if it is not root.
 */
export async function enterOwnMounts(): Promise<void> {
  if (process.getuid?.() !== 0 || process.env[inside] !== undefined) return;
  const args = ["--mount", "--propagation", "private", process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const child = spawn("unshare", args, { stdio: "inherit", env: { ...process.env, [inside]: "yes" } });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  const code = await new Promise<number | null>((resolve) => child.on("exit", resolve));
  process.exit(code ?? 1);
}
