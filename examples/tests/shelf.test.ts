import assert from "node:assert/strict";
import test from "node:test";
import { titlesOnTheShelf } from "./shelf.js";

async function countTitles(): Promise<number> {
  return (await titlesOnTheShelf()).length;
}

test("the shop sells two books", async () => {
  assert.equal(await countTitles(), 2);
});
