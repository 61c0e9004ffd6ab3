import type { ProbeConfig } from "../domain/config/probe-config.js";
import type { ProbeResult } from "../domain/health/health.js";
import { probeDisk } from "./disk.js";
import { probeDns } from "./dns.js";
import { probeHttp } from "./http.js";
import { outputLimit, probeScript } from "./script.js";
import { wasLate, watchStalls } from "./stall.js";
import { probeTcp } from "./tcp.js";
import { withinLimit } from "./time-limit.js";

/** The outer limit is this much longer, because a probe that reaches its own limit gives a better message. */
const ownLimitMs = 2_000;

/**
 * Probes a service once. It never throws: an error becomes a failed probe with a reason. It always ends, even if a
 * disk or a process hangs. In that case, the same probe does not start again until the first one has ended.
 */
export async function probe(config: ProbeConfig, timeoutMs: number): Promise<ProbeResult> {
  watchStalls();
  const [at, began] = [new Date().toISOString(), performance.now()];
  const limitMs = "disk" in config || "dns" in config ? timeoutMs : timeoutMs + ownLimitMs;
  const attempt = withinLimit(JSON.stringify(config), limitMs, () => attemptOf(config, timeoutMs));
  return attempt.then(
    (detail) => ({ ok: true, at, detail }),
    (error: Error) => ({
      ok: false,
      at,
      detail: error.message.slice(0, outputLimit),
      ...(wasLate(began) ? { isLate: true } : {}),
    }),
  );
}

/** How long a probe with this time limit may take in all, in ms. */
export function longestProbeMs(timeoutMs: number): number {
  return timeoutMs + 2 * ownLimitMs;
}

async function attemptOf(config: ProbeConfig, timeoutMs: number): Promise<string> {
  if ("tcp" in config) return probeTcp(config.tcp, timeoutMs);
  if ("http" in config) return probeHttp(config, timeoutMs);
  if ("dns" in config) return probeDns(config.dns, config.server, timeoutMs);
  if ("disk" in config) return probeDisk(config.disk, config.free, config.inodes);
  if ("script" in config) return probeScript(config.script, timeoutMs);
  throw new Error("a test is run as a job, not as a probe");
}
