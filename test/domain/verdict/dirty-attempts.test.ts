import { expect, test } from "@jest/globals";
import { outcomeIn } from "../../../domain/verdict/environment/dirty-attempts.js";

const failed = { outcome: "candidate", failureIdentifier: "code/test-failed" } as const;
const skipped = { outcome: "skipped", failureIdentifier: null } as const;
const passed = { outcome: "passed", failureIdentifier: null } as const;
const broken = { outcome: "infrastructure", failureIdentifier: "infra/lease-lost" } as const;
const dirty = { outcome: "dirty", failureIdentifier: "infra/surroundings-unhealthy" } as const;

test.each([
  ["a failure in a healthy environment stays a candidate", true, failed, false, failed],
  ["a failure in an unhealthy environment is dirty", false, failed, false, dirty],
  [
    "a skip in an unhealthy environment is dirty: the test may have skipped because of it",
    false,
    skipped,
    false,
    dirty,
  ],
  ["a pass needs no healthy environment", false, passed, false, passed],
  ["a control that passed needs a healthy environment", false, passed, true, dirty],
  ["an infrastructure problem stays what it is", false, broken, false, broken],
])("%s", (_name, isClean, report, isControl, expected) => {
  expect(outcomeIn(isClean, report, isControl)).toEqual(expected);
});
