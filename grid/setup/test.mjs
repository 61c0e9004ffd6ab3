// npm test: the set-up, then all tests; arguments go to jest. Ends with a line `N passed, N failed`.
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { tmpdir } from "node:os";
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
  // Jest's own report goes to stderr; what --json prints besides is in the file.
  const code = await runInTerminal(process.execPath, [...jest, ...process.argv.slice(2)], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  try {
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(summary, "utf8"));
    process.stdout.write(`${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed\n`);
  } finally {
    rmSync(summary, { force: true });
  }
  return code;
});
