/** Unit tests run beside each other; tests against a real grid run one after another, because each brings servers of its own. */
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
      displayName: "grid",
      testMatch: ["<rootDir>/test/grid/**/*.test.ts"],
      setupFilesAfterEnv: ["<rootDir>/test/support/patience.ts"],
    },
  ],
};
