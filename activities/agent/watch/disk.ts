import { statSync } from "node:fs";
import type { EvidenceLine } from "../../../domain/verdict/attempt.js";
import { probe } from "../../../probes/probe.js";
import type { ProbePlan } from "./probe-series.js";

const limitMs = 5_000;
const enough = { free: 64 * 2 ** 20, inodes: 1_000 };
/** Short, because another test that fills the disk may be killed at once, and the disk is free again. A look is cheap. */
const everyMs = 200;
/** Programs that ignore TMPDIR write here. It may be small. */
const temporary = { disk: "/tmp", free: 8 * 2 ** 20, inodes: 100 };

/**
 * Looks several times a second at the disk of the agent's folder, and at the disk of /tmp if that is another one. One bad look
 * is enough: a full disk is not like a lost packet, because what needed the disk at that time has failed.
 */
export function diskSeries(folder: string): ProbePlan[] {
  const disks = [{ check: "disk", config: { disk: folder, ...enough } }];
  if (isOtherDisk(folder, temporary.disk)) disks.push({ check: "disk /tmp", config: temporary });
  return disks.map(({ check, config }) => ({
    check,
    look: () => probe(config, limitMs),
    everyMs: () => everyMs,
    limitMs,
  }));
}

export async function checkDisk(folder: string): Promise<EvidenceLine> {
  const { ok, detail, at } = await probe({ disk: folder, ...enough }, limitMs);
  return { check: "disk", result: ok ? "good" : "bad", detail, at };
}

function isOtherDisk(folder: string, other: string): boolean {
  try {
    return statSync(folder).dev !== statSync(other).dev;
  } catch {
    // A folder that does not exist needs no watch.
    return false;
  }
}
