/**
 * Unit tests and tests against a grid run in parallel: each grid has its own servers, and its tests mostly wait. Tests that kill
 * or freeze processes, fill disks or compare times run one after another (`serial`).
 */
const serial = ["<rootDir>/test/grid/faults/", "<rootDir>/test/grid/security/fortress"];
const grid = { setupFilesAfterEnv: ["<rootDir>/test/support/patience.ts"] };
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
      testMatch: ["<rootDir>/test/**/*.test.ts"],
      testPathIgnorePatterns: ["<rootDir>/test/grid/"],
    },
    {
      ...common,
      ...grid,
      displayName: "grid",
      testMatch: ["<rootDir>/test/grid/**/*.test.ts"],
      testPathIgnorePatterns: serial,
    },
    {
      ...common,
      ...grid,
      displayName: "serial",
      testMatch: serial.map((path) => (path.endsWith("/") ? `${path}**/*.test.ts` : `${path}.test.ts`)),
    },
  ],
};
