import { describe, expect, test } from "@jest/globals";
import { placesFor, type PlacementPreference } from "../../../domain/matching/placement.js";

describe("the places for a run", () => {
  const places = (...names: string[]) => names.map((name) => ({ name, host: `${name}-host` }));
  const wish = (difference: Partial<PlacementPreference>) => ({ avoid: [], prefer: [], waits: false, ...difference });
  const all = places("alpha", "beta");

  const table: [string, Partial<PlacementPreference>, string[], string[]][] = [
    ["are all available ones, without a preference", {}, ["alpha", "beta"], ["alpha", "beta"]],
    ["are the preferred ones, if they are available", { prefer: ["beta"], waits: true }, ["alpha", "beta"], ["beta"]],
    ["are other ones, if the run does not wait for the preferred ones", { prefer: ["beta"] }, ["alpha"], ["alpha"]],
    [
      "are none while the run waits for a preferred one that is not available",
      { prefer: ["beta"], waits: true },
      ["alpha"],
      [],
    ],
    [
      "are the remaining ones, if the preferred one is gone for good",
      { prefer: ["gone"], waits: true },
      ["alpha"],
      ["alpha"],
    ],
    [
      "are none while the run waits and only avoided ones are available",
      { avoid: ["alpha-host"], waits: true },
      ["alpha"],
      [],
    ],
    [
      "are the least avoided ones, if there are no others at all",
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
