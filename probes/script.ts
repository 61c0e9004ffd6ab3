import { runCommand } from "./command.js";

/** At most this many characters of a probe's output are kept. */
export const outputLimit = 2_000;

/**
 * Runs a script as a probe. The exit code decides, and the output is the detail. At the time limit, the script and all its
 * children are killed. @throws Error with the reason
 */
export async function probeScript(script: string, timeoutMs: number): Promise<string> {
  let output = "";
  const { code, signal, isTimedOut } = await runCommand(script, {
    cwd: "/",
    env: process.env,
    timeoutMs,
    stop: new AbortController().signal,
    onOutput: (data) => {
      output = (output + data.toString("utf8")).slice(-outputLimit);
    },
    onStart: () => undefined,
  });
  const said = output.trim();
  if (isTimedOut) throw new Error(`${script} did not end within ${timeoutMs} ms`);
  if (code === 0) return said;
  throw new Error(`${script} ended with ${code ?? signal ?? "a signal"}${said === "" ? "" : `: ${said}`}`);
}
