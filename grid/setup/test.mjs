// npm test: the set-up, then all tests; arguments go to jest. Ends with a line `N passed, N failed`.
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { tmpdir } from "node:os";
import { endDescendants } from "./descendants.mjs";
import { runInTerminal, step } from "./steps.mjs";
import { browser, provideSystemTools } from "./system-tools.mjs";
import { orExplain, setUp } from "./setup.mjs";

const jest = ["--experimental-vm-modules", "--no-warnings", "node_modules/jest/bin/jest.js"];
/** Projects of jest.config.mjs, and how many test files run at the same time. Several can, because grids mostly wait. */
const runs = [
  { projects: ["unit", "grid"], workers: 3 },
  { projects: ["faults"], workers: 3 },
  { projects: ["benchmarks"], workers: 3 },
];

await orExplain(async () => {
  await setUp();
  await step("browser", () => provideSystemTools(browser));
  const summary = join(tmpdir(), `holdfast-test-${process.pid}.json`);
  /** @type {Promise<void>[]} */
  const interruptions = [];
  const interrupt = () => interruptions.length > 0 || interruptions.push(endDescendants());
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, interrupt);
  // When npm gets a signal, it stops its shell, and the shell does not pass the signal on.
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && interrupt(), 1_000).unref();
  try {
    let [passed, failed, worst] = [0, 0, 0];
    for (const { projects, workers } of runs) {
      const options = ["--maxWorkers", String(workers), "--json", "--outputFile", summary, "--passWithNoTests"];
      rmSync(summary, { force: true });
      // Jest's own report goes to stderr. The output of --json goes to the file.
      const code = await runInTerminal(
        process.execPath,
        [...jest, ...options, ...process.argv.slice(2), "--selectProjects", ...projects],
        { stdio: ["ignore", "ignore", "inherit"], leavesSignals: true },
      );
      if (interruptions.length > 0) {
        await Promise.all(interruptions);
        process.stdout.write("interrupted; all test processes have ended\n");
        return 130;
      }
      const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(summary, "utf8"));
      passed += numPassedTests;
      failed += numFailedTests + numRuntimeErrorTestSuites;
      worst = Math.max(worst, code);
    }
    process.stdout.write(`${passed} passed, ${failed} failed\n`);
    return passed + failed === 0 ? 1 : worst;
  } finally {
    rmSync(summary, { force: true });
  }
});
