import { spawnSync } from "node:child_process";

/** Runs a script. @returns the JSON lines that it wrote. @throws Error with its stderr, if its exit code is not wanted */
export function jsonLines(script: string, options: readonly string[], wanted = [0]): Record<string, unknown>[] {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...options, "--json"], { encoding: "utf8" });
  if (status === null || !wanted.includes(status))
    throw new Error(`${script} ${options.join(" ")} ended with ${status}\n${stderr}`);
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
