import { setTimeout as sleep } from "node:timers/promises";
import type { Fault } from "./faults/fault.js";
import { Breaker, createTests, inParts } from "./plan.js";
import type { Random } from "./random.js";
import type { Course, Stage } from "./trial.js";

const patienceMs = 180_000;
const runningAtLeast = 3;

/** A course with one fault. Its jobs come in as many parts as the fault has strikes, so that each strike meets some. */
export function alone(fault: Fault, jobs: number, random: Random): Course {
  const tests = createTests(random, jobs, fault.prone);
  const parts = inParts(random, new Breaker(random).plan(tests), fault.times);
  return {
    name: fault.name,
    tests,
    patienceMs,
    async run({ tracker, strike }: Stage) {
      for (const part of parts) {
        const submit = () => tracker.submit(part, fault.through);
        if (fault.strikes === "before") {
          let submitted: Promise<void> | undefined;
          await strike(fault, random, () => {
            submitted ??= submit();
            // The error is thrown where `submitted` is awaited.
            submitted.catch(() => undefined);
          });
          await submitted;
        } else {
          await submit();
          await tracker.awaitRunning(runningAtLeast);
          await sleep(random.between(0, 1_000));
          await strike(fault, random);
        }
      }
    },
  };
}
