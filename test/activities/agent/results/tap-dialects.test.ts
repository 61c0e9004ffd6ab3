import { expect, test } from "@jest/globals";
import { tapDialects } from "../../../../activities/agent/results/tap-dialects.js";

test.each(["tests/test_a.py ...   [100%]", "src/main.ts ... ok", "t/basic.t .. ok"])(
  "after a line of TAP, a line that looks like a file name of prove is output: %s",
  (line) => {
    const read = tapDialects();
    read("1..3");
    expect(read(line)).toEqual([{ kind: "tap", text: line }]);
  },
);

test("a very long line is read without backtracking", () => {
  const line = `${"a/".repeat(100_000)} .. x`;
  expect(tapDialects()(line)).toEqual([{ kind: "tap", text: line }]);
});
