import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { BenchGrid } from "./grid.js";

const perSubmission = 250;
/** The number of submissions at the same time. */
const lanes = 4;
/** How many accepted jobs may wait to be held. More of them would only queue up in Temporal. */
const mostOnTheirWay = 3_000;
const owners = ["ada", "ben", "cem", "dea", "eli"].map((name) => `${name}@example.org`);

/** A grid file with the service `nfs`, and two machines with four slots each. */
export function gridWithNfs(port: number): string {
  return `services:
  nfs: { probe: { tcp: "127.0.0.1:${port}" }, every: 500ms, down: 2, up: 1 }
machines: { alpha: { slots: 4 }, beta: { slots: 4 } }
`;
}

/**
 * Submits jobs of half a second, for several owners, that need `nfs`, and waits until all of them are held. `nfs` must be down.
 * After `limitMs` no more are submitted. `held` is the number of held jobs, and `seconds` is the time that it took.
 */
export async function holdJobs(
  grid: BenchGrid,
  wanted: number,
  limitMs: number,
): Promise<{ held: number; seconds: number }> {
  await grid.until("select 1 from services where service = 'nfs' and state = 'down'");
  const started = performance.now();
  let [submitted, held] = [0, 0];
  const sources = new Map<number, Promise<string>>();
  const lane = async () => {
    while (submitted < wanted && performance.now() - started < limitMs) {
      if (submitted - held > mostOnTheirWay) {
        await sleep(100);
        continue;
      }
      const size = Math.min(perSubmission, wanted - submitted);
      const owner = owners[Math.floor(submitted / perSubmission) % owners.length]!;
      submitted += size;
      if (!sources.has(size)) sources.set(size, grid.upload(suite(size)));
      const sourceHash = await sources.get(size)!;
      await grid.client.submit({ source: { kind: "upload", sourceHash }, owner }, randomUUID());
    }
  };
  let isSubmitted = false;
  const submitting = Promise.all(Array.from({ length: lanes }, lane)).then(() => (isSubmitted = true));
  while (!isSubmitted || held < submitted) {
    await Promise.race([sleep(1_000), ...(isSubmitted ? [] : [submitting])]);
    held = await countHeld(grid);
  }
  return { held, seconds: (performance.now() - started) / 1_000 };
}

async function countHeld(grid: BenchGrid): Promise<number> {
  const rows = await grid.query<{ held: number }>("select count(*)::int as held from jobs where state = 'held'");
  return rows[0]!.held;
}

function suite(size: number): string {
  const numbers = Array.from({ length: size }, (_, index) => index).join(", ");
  return `owner: bench@example.org
tests:
  nothing:
    test: sleep 0.5
    require: [service:nfs]
    matrix: { n: [${numbers}] }
`;
}
