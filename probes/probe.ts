import { connect } from "node:net";
import type { ProbeConfig } from "../domain/files/grid-file.js";
import type { ProbeResult } from "../domain/health.js";
import { runCommand } from "./command.js";

const outputLimit = 2_000;

/** Probes a service once. It never throws: what goes wrong is a failed probe with its reason. */
export async function probe(config: ProbeConfig, timeoutMs: number): Promise<ProbeResult> {
  const at = new Date().toISOString();
  const attempt = attemptOf(config, timeoutMs);
  return attempt.then(
    (detail) => ({ ok: true, at, detail }),
    (error: Error) => ({ ok: false, at, detail: error.message.slice(0, outputLimit) }),
  );
}

const repeats = 2;
const repeatAfterMs = 200;

/** Probes until it succeeds. A bad result means that the probe and two repeats 200 ms apart all failed (VERDICT.md, section 2). */
export async function probeRepeatedly(config: ProbeConfig, timeoutMs: number): Promise<ProbeResult> {
  for (let tries = 0; ; tries++) {
    const result = await probe(config, timeoutMs);
    if (result.ok || tries === repeats) return result;
    await new Promise((resolve) => setTimeout(resolve, repeatAfterMs));
  }
}

function attemptOf(config: ProbeConfig, timeoutMs: number): Promise<string> {
  if (config.tcp !== undefined) return probeTcp(config.tcp, timeoutMs);
  if (config.http !== undefined) return probeHttp(config.http, timeoutMs);
  return probeScript(config.script ?? "", timeoutMs);
}

function probeTcp(address: string, timeoutMs: number): Promise<string> {
  const separator = address.lastIndexOf(":");
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: address.slice(0, separator),
      port: Number(address.slice(separator + 1)),
      timeout: timeoutMs,
    });
    socket.on("connect", () => {
      resolve(`${address} accepts connections`);
      socket.destroy();
    });
    socket.on("timeout", () => socket.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    socket.on("error", (error) => reject(new Error(`${address}: ${reasonOf(error)}`)));
  });
}

async function probeHttp(url: string, timeoutMs: number): Promise<string> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), redirect: "follow" }).catch(
    (error: Error) => {
      throw new Error(
        error.name === "TimeoutError"
          ? `${url} did not answer within ${timeoutMs} ms`
          : `${url}: ${reasonOf(error.cause ?? error)}`,
      );
    },
  );
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return `${url} answered ${answer.status}`;
}

/** The exit code decides, the output is the detail. The script and all its children end with the time limit. */
async function probeScript(script: string, timeoutMs: number): Promise<string> {
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

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
