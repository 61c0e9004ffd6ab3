// npm test: the set-up, then all tests; arguments go to jest. Ends with a line `N passed, N failed`.
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { tmpdir } from "node:os";
import { endDescendants } from "./descendants.mjs";
import { runInTerminal } from "./steps.mjs";
import { orExplain, setUp } from "./setup.mjs";

await orExplain(async () => {
  await setUp();
  const summary = join(tmpdir(), `holdfast-test-${process.pid}.json`);
  const jest = [
    "--experimental-vm-modules",
    "--no-warnings",
    "node_modules/jest/bin/jest.js",
    "--maxWorkers=1",
    "--json",
    `--outputFile=${summary}`,
  ];
  /** @type {Promise<void>[]} */
  const interruptions = [];
  const interrupt = () => interruptions.length > 0 || interruptions.push(endDescendants());
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, interrupt);
  // npm that is told to end ends its shell, and the shell tells nobody.
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && interrupt(), 1_000).unref();
  try {
    // Jest's own report goes to stderr; what --json prints besides is in the file.
    const code = await runInTerminal(process.execPath, [...jest, ...process.argv.slice(2)], {
      stdio: ["ignore", "ignore", "inherit"],
      leavesSignals: true,
    });
    if (interruptions.length > 0) {
      await Promise.all(interruptions);
      process.stdout.write("interrupted; nothing of the tests runs any more\n");
      return 130;
    }
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(summary, "utf8"));
    process.stdout.write(`${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed\n`);
    return code;
  } finally {
    rmSync(summary, { force: true });
  }
});
