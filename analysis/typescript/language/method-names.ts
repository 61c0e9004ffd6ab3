import type { BuiltinValue } from "../../flow/values.js";
export type Call = BuiltinValue["call"];

/** Methods of arrays, maps and sets that call a callback with an element. */
export const callingBack = new Set([
  "map",
  "forEach",
  "filter",
  "find",
  "findLast",
  "findIndex",
  "some",
  "every",
  "flatMap",
  "sort",
  "toSorted",
  "findLastIndex",
]);

export const returningSelf = new Set([
  "filter",
  "slice",
  "reverse",
  "sort",
  "concat",
  "toSorted",
  "toReversed",
  "values",
  "splice",
  "flat",
  "fill",
  "with",
  "copyWithin",
]);

export const givingElement = new Set(["find", "findLast", "at", "pop", "shift"]);

export const addingElements = new Set(["push", "unshift", "add"]);

/** Methods of arrays, maps and sets whose results are not followed. */
export const unknownResult = new Set([
  "join",
  "length",
  "indexOf",
  "includes",
  "lastIndexOf",
  "toLocaleString",
  "has",
  "delete",
  "clear",
  "size",
]);

/** Returns its first argument. */
export const same: Call = ([value], result) => value?.flowTo(result);
