import { openLab, type Lab, type Teardown } from "./lab.js";
import type { Fault } from "./faults/fault.js";
import { countHarm, mailsOf } from "./harm.js";
import { until } from "./wait-until.js";
import type { Test } from "./plan.js";
import type { Random } from "./random.js";
import { summarise, type Trial } from "./report.js";
import { Tracker } from "./tracker.js";

const historyMs = 180_000;
const mailsMs = 60_000;

/** The course of a trial: its tests, and when jobs are submitted and faults strike. */
export interface Course {
  name: string;
  tests: Test[];
  /** How long jobs may take to end after everything was repaired, in ms. */
  patienceMs: number;
  run(stage: Stage): Promise<void>;
}

export interface Stage {
  lab: Lab;
  tracker: Tracker;
  /** Lets a fault strike, and records its effect or that it had none. */
  strike: (fault: Fault, random: Random, felt?: () => void) => Promise<void>;
}

/** Starts a lab, runs every test with a history once so that it passes, runs the course, and counts the harm. */
export async function runTrial(course: Course, teardown: Teardown, tell: (line: string) => void): Promise<Trial> {
  const startedMs = Date.now();
  const lab = await openLab(teardown);
  tell("the grid is up");
  await makeHistory(lab, course.tests);
  tell(`every test with a history has passed once; ${course.name} begins`);
  const tracker = new Tracker(lab);
  const applied: Trial["applied"] = [];
  const notApplied: string[] = [];
  await course.run({
    lab,
    tracker,
    strike: async (fault, random, felt = () => undefined) => {
      try {
        applied.push({ fault: fault.name, seen: await fault.strike(lab, random, felt) });
      } catch (error) {
        notApplied.push(`${fault.name}: ${(error as Error).message}`);
        // Code that waits for the effect continues. The trial is red anyway.
        felt();
      }
      tell(applied.at(-1)?.seen ?? notApplied.at(-1) ?? "");
    },
  });
  tell("everything is repaired");
  const left = await tracker.settle(course.patienceMs);
  if (left > 0) tell(`${left} jobs have no verdict`);
  const outcomes = await tracker.outcomes();
  await until("every mail", mailsMs, async () => {
    const mails = await lab.relay.messages();
    const isTold = outcomes.every(({ job }) => job == null || job.verdict === null || mailsOf(job, mails).length > 0);
    return isTold ? true : undefined;
  }).catch(() => tell("mails are missing"));
  tell(`no job was without a visible reason for longer than ${tracker.longestSilentSeconds} s`);
  const restored = (await lab.relay.messages()).filter(({ subject }) => subject.startsWith("RESTORED"));
  if (restored.length > 0) notApplied.push(`the grid took its database for a restored one ${restored.length} times`);
  const tally = countHarm(outcomes, await lab.relay.messages(), lab.presence.overlaps);
  const { longestSilentSeconds } = tracker;
  return { fault: course.name, summary: summarise(tally, startedMs), tally, applied, notApplied, longestSilentSeconds };
}

/** @throws Error if a good test does not pass */
async function makeHistory(lab: Lab, tests: readonly Test[]): Promise<void> {
  const tracker = new Tracker(lab);
  await tracker.submit(
    tests.filter(({ isFresh }) => !isFresh).map((test) => ({ ...test, defect: null })),
    "upload",
  );
  await tracker.settle(historyMs);
  const wrong = (await tracker.outcomes()).filter(({ job }) => job?.verdict !== "pass");
  if (wrong.length === 0) return;
  const { planned, job } = wrong[0]!;
  throw new Error(
    `${wrong.length} good tests did not pass on a quiet grid, such as ${planned.name}: ${JSON.stringify(job)}`,
  );
}
