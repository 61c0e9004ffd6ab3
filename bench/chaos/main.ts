import { parseArgs } from "node:util";
import { alone } from "./alone.js";
import { faults } from "./faults/all.js";
import { isRoot, Teardown } from "./lab.js";
import { mix } from "./mix.js";
import { enterOwnMounts } from "./own-mounts.js";
import { Random } from "./random.js";
import { isGreen, lineOf, total, type Trial } from "./report.js";
import { type Course, runTrial } from "./trial.js";

const usage = `usage: npm run chaos -- --jobs <n> --seed <n> [--fault <name>|all|mix] --json
  mix (the default): all faults in random order; all: each fault alone, each with this many jobs; or one of
  ${faults.map(({ name }) => name).join(", ")}\n`;

const { jobs, seed, fault } = readArguments();
await enterOwnMounts();
const startedMs = Date.now();
const possible = faults.filter(({ needsRoot }) => isRoot || !needsRoot);
let teardown = new Teardown();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void leave(130));
process.on("uncaughtException", (error) => {
  process.stderr.write(`${error.stack}\n`);
  void leave(1);
});

print({ seed, jobs, fault });
for (const { name } of faults.filter(({ name }) => isWanted(name)))
  if (!possible.some((each) => each.name === name)) print({ fault: name, notRun: "needs root" });
const trials: Trial[] = [];
let isBroken = false;
for (const course of courses()) {
  teardown = new Teardown();
  const began = Date.now();
  try {
    const trial = await runTrial(course, teardown, (line) =>
      process.stderr.write(`[${((Date.now() - began) / 1_000).toFixed(1)}s] ${course.name}: ${line}\n`),
    );
    trials.push(trial);
    print(lineOf(trial));
  } catch (error) {
    isBroken = true;
    print({ fault: course.name, error: (error as Error).message });
  } finally {
    await teardown.end();
  }
}
print(total(trials, Math.round((Date.now() - startedMs) / 100) / 10));
process.exit(!isBroken && trials.length > 0 && trials.every(isGreen) ? 0 : 1);

/** Ends everything that was started, and the process. */
async function leave(code: number): Promise<void> {
  await teardown.end();
  process.exit(code);
}

/** Each course has its own random numbers, so it runs alone as it runs among others. */
function courses(): Course[] {
  if (fault === "mix") return [mix(possible, jobs, new Random(seed).for("mix"))];
  return possible
    .filter(({ name }) => isWanted(name))
    .map((each) => alone(each, jobs, new Random(seed).for(each.name)));
}

function isWanted(name: string): boolean {
  return fault === name || fault === "all" || fault === "mix";
}

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function readArguments(): { jobs: number; seed: number; fault: string } {
  const text = { type: "string" } as const;
  try {
    const { values } = parseArgs({ options: { json: { type: "boolean" }, jobs: text, seed: text, fault: text } });
    const { jobs = "500", seed = "1", fault = "mix" } = values;
    if (!/^[1-9]\d{0,4}$/.test(jobs)) return explain(`--jobs needs a whole number above 0, not ${jobs}`);
    if (!/^\d{1,9}$/.test(seed)) return explain(`--seed needs a whole number, not ${seed}`);
    if (!["all", "mix"].includes(fault) && faults.every(({ name }) => name !== fault))
      return explain(`there is no fault ${fault}`);
    return { jobs: Number(jobs), seed: Number(seed), fault };
  } catch (error) {
    return explain((error as Error).message);
  }
}

function explain(problem: string): never {
  process.stderr.write(`${problem}\n${usage}`);
  process.exit(64);
}
