import { expect, test } from "@jest/globals";
import { globProblem, matchFiles } from "../../../domain/results/glob.js";

test.each(["[z-a].xml", "{1..3}.xml", "@(a|b).xml", "+(a).xml", "!(x).xml", "out/*(a).xml", "[[:alpha:]].xml"])(
  "%s is refused instead of matching nothing",
  (glob) => expect(globProblem(glob)).toBeDefined(),
);

test.each([
  ["{a,b{c,d}}.xml", ["a.xml", "bc.xml", "bd.xml"], ["b.xml", "c.xml"]],
  ["out/{x,y}/*.xml", ["out/x/1.xml", "out/y/2.xml"], ["out/z/1.xml"]],
])("%s matches alternatives, also nested ones", (glob, matching, others) => {
  expect(globProblem(glob)).toBeUndefined();
  const matcher = matchFiles([glob]);
  expect(matching.filter((path) => !matcher.isWanted(path))).toEqual([]);
  expect(others.filter((path) => matcher.isWanted(path))).toEqual([]);
});
