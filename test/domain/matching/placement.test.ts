import { describe, expect, test } from "@jest/globals";
import { placesFor, type PlaceWish } from "../../../domain/matching/placement.js";

describe("the places for a run", () => {
  const places = (...names: string[]) => names.map((name) => ({ name, host: `${name}-host` }));
  const wish = (difference: Partial<PlaceWish>) => ({ avoid: [], prefer: [], waits: false, ...difference });
  const all = places("alpha", "beta");

  const table: [string, Partial<PlaceWish>, string[], string[]][] = [
    ["are all that are fit, without a wish", {}, ["alpha", "beta"], ["alpha", "beta"]],
    ["are those preferred, where they are fit", { prefer: ["beta"], waits: true }, ["alpha", "beta"], ["beta"]],
    ["are others than those preferred, where nobody waits", { prefer: ["beta"] }, ["alpha"], ["alpha"]],
    ["are none while the one that is waited for is not fit", { prefer: ["beta"], waits: true }, ["alpha"], []],
    ["are those left when the one preferred is gone for good", { prefer: ["gone"], waits: true }, ["alpha"], ["alpha"]],
    ["are those not avoided, where that is waited for", { avoid: ["alpha-host"], waits: true }, ["alpha"], []],
    [
      "are those avoided least where there never are others",
      { avoid: ["beta", "alpha"], waits: true },
      ["alpha"],
      ["alpha"],
    ],
  ];
  test.each(table)("%s", (_, difference, fit, expected) => {
    const eligible = all.filter(({ name }) => fit.includes(name));
    expect(placesFor(wish(difference), { eligible, allowed: all }).map(({ name }) => name)).toEqual(expected);
  });
});
