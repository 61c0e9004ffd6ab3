import type { ProbeConfig } from "../domain/files/probe-config.js";
import type { ProbeResult } from "../domain/health.js";
import { probeDisk } from "./disk.js";
import { probeDns } from "./dns.js";
import { probeHttp } from "./http.js";
import { outputLimit, probeScript } from "./script.js";
import { probeTcp } from "./tcp.js";
import { withinLimit } from "./time-limit.js";

/** A probe that ends by its own limit says best what was late: it is given so much longer. */
const ownLimitMs = 2_000;

/**
 * Probes a service once. It never throws: what goes wrong is a failed probe with its reason. It always ends, even where
 * a disk or a process does not: no such probe is then begun anew before that one has ended.
 */
export async function probe(config: ProbeConfig, timeoutMs: number): Promise<ProbeResult> {
  const at = new Date().toISOString();
  const limitMs = "disk" in config || "dns" in config ? timeoutMs : timeoutMs + ownLimitMs;
  const attempt = withinLimit(JSON.stringify(config), limitMs, () => attemptOf(config, timeoutMs));
  return attempt.then(
    (detail) => ({ ok: true, at, detail }),
    (error: Error) => ({ ok: false, at, detail: error.message.slice(0, outputLimit) }),
  );
}

const repeats = 2;
const repeatAfterMs = 200;

/** Probes until it succeeds. A bad result means that the probe and two repeats 200 ms apart all failed (VERDICT.md, section 2). */
export async function repeatedly(once: () => Promise<ProbeResult>): Promise<ProbeResult> {
  for (let tries = 0; ; tries++) {
    const result = await once();
    if (result.ok || tries === repeats) return result;
    await new Promise((resolve) => setTimeout(resolve, repeatAfterMs));
  }
}

export function probeRepeatedly(config: ProbeConfig, timeoutMs: number): Promise<ProbeResult> {
  return repeatedly(() => probe(config, timeoutMs));
}

/** How long `repeatedly` may take in all, in ms, for a probe with this time limit. */
export function longestRepeatedMs(timeoutMs: number): number {
  return (1 + repeats) * (timeoutMs + repeatAfterMs);
}

async function attemptOf(config: ProbeConfig, timeoutMs: number): Promise<string> {
  if ("tcp" in config) return probeTcp(config.tcp, timeoutMs);
  if ("http" in config) return probeHttp(config, timeoutMs);
  if ("dns" in config) return probeDns(config.dns, config.server, timeoutMs);
  if ("disk" in config) return probeDisk(config.disk, config.free, config.inodes);
  if ("script" in config) return probeScript(config.script, timeoutMs);
  throw new Error("a test is run as a job, not as a probe");
}
