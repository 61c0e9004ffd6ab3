import { describe, expect, test } from "@jest/globals";
import { describeChanges, detailChanges } from "../../../domain/config/grid-changes.js";
import { parseGridFile } from "../../../domain/config/parse-grid.js";

const read = (text: string) => parseGridFile("grid.yaml", text);
const service = (more: string) => `services:\n  nfs: { probe: { tcp: "a:1" }${more} }\n`;

describe("grid.yaml", () => {
  test.each([
    [
      "a probe of two kinds",
      'services:\n  nfs: { probe: { tcp: "a:1", dns: b } }\n',
      /2:10: .*probe: a probe is one of/,
    ],
    ["a probe of no kind", "services:\n  nfs: { probe: { ping: b } }\n", /2:10: .*a probe is one of tcp, http, dns/],
    ["a key that its probe does not know", 'services:\n  nfs: { probe: { tcp: "a:1", body: b } }\n', /2:\d+: .*"body"/],
    ["an invalid status", "services:\n  nfs: { probe: { http: 'http://a', status: 7 } }\n", /2:\d+: .*status/],
    [
      "a service that depends on an unknown one",
      service(", dependsOn: [moon]"),
      /2:\d+: no service .* "moon"; it has nfs/,
    ],
    [
      "services that depend on each other in a circle",
      service(", dependsOn: [nfs]"),
      /2:\d+: goes round in a circle: nfs → nfs/,
    ],
    [
      "the name of a part of the grid",
      'services:\n  grid/relay: { probe: { tcp: "a:1" } }\n',
      /2:3: names that begin with grid\/ or machine\/ are reserved/,
    ],
    [
      "a test as the probe of a machine",
      "services:\n  t: { probe: { test: a, source: b }, scope: machine }\n",
      /2:\d+: a test runs as a job/,
    ],
    [
      "maintenance that ends before it begins",
      "maintenance:\n  - { scope: grid, from: 2027-01-02, until: 2027-01-01, reason: x }\n",
      /2:\d+: is not later than `from`/,
    ],
    [
      "maintenance of an unknown service",
      `${service("")}maintenance:\n  - { scope: "service:moon", from: 2027-01-01, until: 2027-01-02, reason: x }\n`,
      /4:\d+: this grid has no service "moon"; it has nfs/,
    ],
    [
      "maintenance of a job",
      "maintenance:\n  - { scope: job:1, from: 2027-01-01, until: 2027-01-02, reason: x }\n",
      /2:\d+: maintenance is for the grid, a service or a machine/,
    ],
  ])("with %s is refused with its place", (_what, text, message) => expect(() => read(text)).toThrow(message));

  test("describes what a new version changes, whatever the order of its keys", () => {
    const before = read(`${service("")}machines: { alpha: {}, beta: {} }\n`);
    const after = read(`${service(", down: 5")}machines: { alpha: {}, gamma: {} }\nhold: { budget: 1d }\n`);
    const reordered = Object.fromEntries(Object.entries(before).reverse()) as typeof before;
    expect(describeChanges(before, reordered)).toEqual([]);
    expect(describeChanges(before, after)).toEqual([
      "hold changed",
      "machine beta removed",
      "machine gamma added",
      "service nfs changed",
    ]);
    expect(detailChanges(before, reordered)).toEqual([]);
    expect(detailChanges(before, after)).toEqual([
      "hold.budget: 1209600000 → 86400000",
      "machines.beta: removed",
      "machines.gamma: added",
      "services.nfs.down: 3 → 5",
    ]);
  });

  test("does not show changed texts, because a script may contain a secret", () => {
    const edition = (key: string) => read(`services: { db: { probe: { script: "check --key ${key}" } } }\n`);
    expect(detailChanges(edition("one"), edition("other"))).toEqual(["services.db.probe.script: changed"]);
  });
});
