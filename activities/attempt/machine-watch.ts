import { readFileSync } from "node:fs";
import type { EvidenceLine } from "../../domain/verdict/attempt.js";

const lookMs = 1_000;
/** A longer gap in the agent's own watch is a gap in proof (VERDICT.md, section 2). */
const longestGapMs = 5_000;

/** What the machine itself went through while something ran on it. */
export interface MachineWatch {
  /** Ends the watch and tells what it saw. */
  end(): EvidenceLine[];
}

/** Watches for kills by the kernel for want of memory, and for times in which the agent stood still. */
export function watchMachine(): MachineWatch {
  const killsBefore = outOfMemoryKills();
  let [lookedAt, longestMs] = [performance.now(), 0];
  const look = () => {
    const now = performance.now();
    longestMs = Math.max(longestMs, now - lookedAt);
    lookedAt = now;
  };
  const ticker = setInterval(look, lookMs);
  return {
    end() {
      clearInterval(ticker);
      look();
      const at = new Date().toISOString();
      const kills = outOfMemoryKills() - killsBefore;
      const stood = `longest gap in the watch ${(longestMs / 1_000).toFixed(1)} s`;
      return [
        {
          check: "memory",
          result: kills > 0 ? "bad" : "good",
          detail: `${kills} processes killed by the kernel for want of memory`,
          at,
        },
        { check: "agent", result: longestMs > longestGapMs ? "bad" : "good", detail: stood, at },
      ];
    },
  };
}

/** The kernel's count since it was started; 0 where it tells none. */
function outOfMemoryKills(): number {
  try {
    return Number(/^oom_kill (\d+)$/m.exec(readFileSync("/proc/vmstat", "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
