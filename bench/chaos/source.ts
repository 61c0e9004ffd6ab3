import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../grid/package-root.js";
import type { Defect, Habit, Planned } from "./plan.js";

/** How the tests reach the servers that the suite runs for them. */
export interface LabEnvironment {
  /** Origin of the oracle. */
  oracle: string;
  /** Host and port where tests show that they run. */
  presence: string;
  /** The name that tests look up, and the server to ask; null for the machine's own. */
  name: string;
  nameServer: string | null;
}

const goodLimit = "10s";
/** Longer than an agent may be silent before its tests are killed. The limit is even longer. */
const lastingSeconds = 32;
const lastingLimit = "60s";
/** A test that waits forever gets a shorter limit, so that the suite ends. */
const deadlockLimit = "4s";

/** Writes the source of a submission into an empty folder: the scripts, and a suite file that names them. */
export function writeSource(folder: string, tests: readonly Planned[], environment: LabEnvironment): void {
  cpSync(join(packageRoot, "bench/chaos/source"), folder, { recursive: true });
  const suite = {
    owner: "dev@example.org",
    project: "chaos",
    tests: Object.fromEntries(
      tests.map((test) => [
        test.name,
        {
          test: commandOf(test, environment),
          require: requirementsOf(test.habit),
          // The report is larger than this grid reads, so the exit code decides.
          ...(test.habit === "reports-much" ? { results: "junit:report.xml" } : {}),
          duration: durationOf(test),
        },
      ]),
    ),
  };
  writeFileSync(join(folder, "holdfast.yaml"), JSON.stringify(suite, null, 2));
}

function durationOf({ habit, defect }: Planned): string {
  if (habit === "lasts") return lastingLimit;
  return defect === "deadlocks" ? deadlockLimit : goodLimit;
}

function commandOf({ habit, seconds, defect }: Planned, environment: LabEnvironment): string {
  const good = goodCommand(habit, seconds, environment);
  const command = defect === null ? good : `${good} && ${brokenCommand(defect, environment)}`;
  return `bash present.sh ${environment.presence} '${command}'`;
}

function goodCommand(habit: Habit, seconds: number, { name, nameServer }: LabEnvironment): string {
  switch (habit) {
    case "lasts":
      return `sh good/sleeps.sh ${lastingSeconds}`;
    case "sleeps":
    case "writes":
      return `sh good/${habit}.sh ${seconds}`;
    case "computes":
    case "allocates":
      return `node good/${habit}.mjs ${seconds}`;
    case "reads-stock":
    case "reads-ledger":
    case "reads-fragile":
      return `node good/reads.mjs ${habit.slice("reads-".length)} ${seconds}`;
    case "reports-much":
      return `sh good/reports-much.sh ${seconds}`;
    case "resolves":
      return `node good/resolves.mjs ${name} ${seconds} ${nameServer ?? ""}`.trim();
  }
}

function brokenCommand(defect: Defect, { oracle }: LabEnvironment): string {
  switch (defect) {
    case "wrong":
    case "crashes":
    case "fills-disk":
    case "kills-agent":
      return `sh broken/${defect}.sh`;
    case "deadlocks":
    case "leaks":
    case "kills-service":
      return `node broken/${defect}.mjs`;
    case "one-in-three":
    case "one-machine":
      return `node broken/depends.mjs ${oracle} ${defect}`;
  }
}

function requirementsOf(habit: Habit): string[] {
  if (habit === "resolves") return ["service:names"];
  return habit.startsWith("reads-") ? [`service:${habit.slice("reads-".length)}`] : [];
}
