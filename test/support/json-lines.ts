import { spawnSync } from "node:child_process";

/** @returns what it wrote as JSON lines. @throws with what it wrote to stderr, if its exit code is another one than wanted */
export function jsonLines(script: string, options: readonly string[], wanted = [0]): Record<string, unknown>[] {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...options, "--json"], { encoding: "utf8" });
  if (status === null || !wanted.includes(status))
    throw new Error(`${script} ${options.join(" ")} ended with ${status}\n${stderr}`);
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
