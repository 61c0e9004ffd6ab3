// npm run check: types, lint, format, unused code, and the rules on imports and files.
import { run, runInTerminal, step } from "./steps.mjs";
import { build } from "./build.mjs";
import { orExplain } from "./setup.mjs";
import { installPackages } from "./packages.mjs";

const compiler = "node_modules/@typescript/native/bin/tsc";

await orExplain(async () => {
  await step("packages", installPackages);
  await step("build", build);
  for (const project of ["tsconfig.json", "tsconfig.setup.json"])
    await step(`types of ${project}`, async () => void (await run("node", [compiler, "--noEmit", "-p", project])));
  await step("lint", async () => void (await run("node_modules/.bin/oxlint", ["--type-aware"])));
  await step("format", async () => void (await run("node_modules/.bin/oxfmt", ["--check", "."])));
  await step("unused", async () => void (await run("node_modules/.bin/knip", ["--no-progress"])));
  return runInTerminal(process.execPath, [
    "--experimental-vm-modules",
    "--no-warnings",
    "node_modules/jest/bin/jest.js",
    "--selectProjects",
    "unit",
    "--testPathPatterns",
    "test/architecture",
  ]);
});
