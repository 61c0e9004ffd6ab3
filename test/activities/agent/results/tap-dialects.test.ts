import { expect, test } from "@jest/globals";
import { tapDialects } from "../../../../activities/agent/results/tap-dialects.js";

test.each(["tests/test_a.py ...   [100%]", "src/main.ts ... ok", "t/basic.t .. ok"])(
  "after a line of TAP, what looks like a file of prove is output: %s",
  (line) => {
    const read = tapDialects();
    read("1..3");
    expect(read(line)).toEqual([{ kind: "tap", text: line }]);
  },
);

test("a line of any length is looked at once", () => {
  const line = `${"a/".repeat(100_000)} .. x`;
  expect(tapDialects()(line)).toEqual([{ kind: "tap", text: line }]);
});
