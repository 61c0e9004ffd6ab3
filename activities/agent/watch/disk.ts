import { statSync } from "node:fs";
import type { EvidenceLine } from "../../../domain/verdict/attempt.js";
import { probe } from "../../../probes/probe.js";
import type { ProbePlan } from "./probe-series.js";

const limitMs = 5_000;
const enough = { free: 64 * 2 ** 20, inodes: 1_000 };
/** A neighbour that fills the disk may be ended for it at once, and all is free again; to ask costs next to nothing. */
const everyMs = 200;
/** Programs that do not heed TMPDIR write here; it may be small. */
const temporary = { disk: "/tmp", free: 8 * 2 ** 20, inodes: 100 };

/**
 * Looks several times a second at the disk of the agent's folder and, where that is another one, of /tmp. One bad look is
 * enough: a full disk is no lost packet, and what needed it then has failed.
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
    // What is not there is nobody's disk.
    return false;
  }
}
