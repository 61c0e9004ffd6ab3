/**
 * Each test file that needs a grid has one of its own. Tests that kill or freeze processes, or fill disks, run after the others
 * (`faults`): what they do to the machine would slow the others down.
 */
const faults = ["<rootDir>/test/grid/faults/", "<rootDir>/test/grid/security/malicious-users"];
/** Benchmarks and the fault suite take all processor time and memory that they get: they run last. */
const benchmarks = ["<rootDir>/test/grid/benchmarks/"];
const grid = {
  setupFilesAfterEnv: ["<rootDir>/test/support/grid-test-timeout.ts"],
  testEnvironment: "<rootDir>/test/support/grid-environment.mjs",
};
const transform = {
  "^.+\\.tsx?$": [
    "@swc/jest",
    {
      jsc: {
        target: "es2022",
        parser: { syntax: "typescript", tsx: true },
        transform: { react: { runtime: "automatic", importSource: "preact" } },
      },
      module: { type: "es6" },
    },
  ],
};
const common = {
  transform,
  extensionsToTreatAsEsm: [".ts", ".tsx"],
  moduleNameMapper: { "^(\\.{1,2}/.*)\\.js$": "$1" },
  testEnvironment: "node",
  modulePathIgnorePatterns: ["<rootDir>/dist", "<rootDir>/dist.tmp", "<rootDir>/.holdfast"],
};

export default {
  projects: [
    {
      ...common,
      displayName: "unit",
      setupFilesAfterEnv: ["<rootDir>/test/support/default-timeout.ts"],
      testMatch: ["<rootDir>/test/**/*.test.ts"],
      testPathIgnorePatterns: ["<rootDir>/test/grid/"],
    },
    {
      ...common,
      ...grid,
      displayName: "grid",
      testMatch: ["<rootDir>/test/grid/**/*.test.ts"],
      testPathIgnorePatterns: [...faults, ...benchmarks],
    },
    {
      ...common,
      ...grid,
      displayName: "faults",
      testMatch: faults.map((path) => (path.endsWith("/") ? `${path}**/*.test.ts` : `${path}.test.ts`)),
    },
    {
      ...common,
      ...grid,
      displayName: "benchmarks",
      testMatch: benchmarks.map((path) => `${path}**/*.test.ts`),
    },
  ],
};
