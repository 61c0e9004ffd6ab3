import { expect, test } from "@jest/globals";
import { jsonLines } from "../../support/json-lines.js";

test("the fault suite runs with every fault, and raises no false alarm", () => {
  // The suite exits with 1 for any harm. Twelve jobs are too few to distinguish a missed alarm from bad luck.
  const told = jsonLines("dist/bench/chaos/main.js", ["--jobs", "12", "--seed", "3"], [0, 1]);
  expect(told.at(-1)).toMatchObject({ jobs: 12, falseAlarms: 0, doubledMails: 0 });
  const applied = told.flatMap(({ applied = [] }) => applied as { fault: string }[]);
  expect(new Set(applied.map(({ fault }) => fault)).size).toBeGreaterThan(15);
});
