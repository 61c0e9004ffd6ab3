import { expect, test } from "@jest/globals";
import { inStopOrder } from "../../grid/stop-order.js";

test("the processes of a grid end before what they depend on", () => {
  const names = ["temporal", "service-bookshop", "inbox", "postgres", "api", "control", "agent-alpha", "agent-beta"];
  expect(inStopOrder(names)).toEqual([
    ["agent-alpha", "agent-beta"],
    ["api", "control"],
    ["temporal", "service-bookshop", "inbox"],
    ["postgres"],
  ]);
});
