import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { exclusivityConflicts } from "../../../domain/matching/exclusive-resources.js";
import {
  type Candidate,
  matchFairly,
  priorities,
  type Supply,
  type ResourcesInUse,
} from "../../../domain/matching/fair-share.js";

describe("assigning machines", () => {
  const candidate = (jobId: string, submitter: string, sequence: number, priority = 0) => ({
    jobId,
    submitter,
    priority,
    sequence,
    eligible: [{ name: "alpha", host: "alpha" }],
    avoid: [],
    releasing: [] as string[],
    uses: [] as string[],
    exclusive: [] as string[],
    disturbances: 0,
  });
  const supply = (
    freeSlots: Record<string, number>,
    runningOf: Record<string, number> = {},
    releaseLeft: Record<string, number> = {},
    taken: ResourcesInUse = { uses: [], exclusive: [] },
  ) => ({ freeSlots, runningOf, releaseLeft, taken });
  test("admits as many jobs of a recovered service as its release allows, and delays no other job", () => {
    const gated = (jobId: string, sequence: number) => ({ ...candidate(jobId, "ann", sequence), releasing: ["nfs"] });
    const line = [gated("g1", 1), gated("g2", 2), gated("g3", 3), candidate("free", "ann", 4)];
    const through = (left: number) =>
      matchFairly(line, supply({ alpha: 9 }, {}, { nfs: left })).map(({ jobId }) => jobId);
    expect([through(0), through(2)]).toEqual([["free"], ["g1", "g2", "free"]]);
  });
  const { watch, proof } = priorities;
  const order = (line: Candidate[], from: Supply) => matchFairly(line, from).map(({ jobId }) => jobId);
  test("goes by fair share, then by age; tests that watch a service go first", () => {
    const line = [
      candidate("a1", "ann", 1),
      candidate("a2", "ann", 2),
      candidate("b1", "bob", 3),
      candidate("w", "monitors", 4, watch),
    ];
    expect(order(line, supply({ alpha: 4 }))).toEqual(["w", "a1", "b1", "a2"]);
    expect(order(line, supply({ alpha: 2 }, { ann: 5, monitors: 7 }))).toEqual(["w", "b1"]);
  });
  test("runs verifications before first runs of the same submitter, within that submitter's share", () => {
    const line = [candidate("a1", "ann", 1), candidate("b1", "bob", 2), candidate("b2", "bob", 3)];
    const proofs = [4, 5, 6].map((sequence) => candidate(`p${sequence}`, "ann", sequence, proof));
    expect(order([...line, ...proofs], supply({ alpha: 9 }))).toEqual(["p4", "b1", "p5", "b2", "p6", "a1"]);
    expect(order([...line, ...proofs], supply({ alpha: 3 }, { ann: 2 }))).toEqual(["b1", "b2", "p4"]);
  });
  test("lets no submitter's verifications take more than a fair share", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(12), fc.nat(12), (slots, proofs, tests) => {
        const line = [
          ...Array.from({ length: proofs }, (_, index) => candidate(`p${index}`, "ann", index, proof)),
          ...Array.from({ length: tests }, (_, index) => candidate(`t${index}`, "bob", proofs + index)),
        ];
        const matched = order(line, supply({ alpha: slots })).filter((jobId) => jobId.startsWith("t")).length;
        return matched >= Math.min(tests, Math.floor(slots / 2));
      }),
    );
  });
  test("gives no slot twice, and only free ones", () => {
    fc.assert(
      fc.property(fc.nat(5), fc.nat(10), (slots, count) => {
        const line = Array.from({ length: count }, (_, index) => candidate(`j${index}`, "ann", index));
        const matches = matchFairly(line, supply({ alpha: slots }));
        return (
          matches.length === Math.min(slots, count) &&
          new Set(matches.map(({ jobId }) => jobId)).size === matches.length
        );
      }),
    );
  });

  describe("to jobs that need something alone", () => {
    const nfs = (jobId: string, sequence: number) => ({ ...candidate(jobId, "ann", sequence), uses: ["service:nfs"] });
    const alone = (jobId: string, sequence: number) => ({ ...nfs(jobId, sequence), exclusive: ["service:nfs"] });
    const taken = (uses: string[], exclusive: string[] = []) =>
      supply({ alpha: 9 }, {}, {}, { uses: [...uses, ...exclusive], exclusive });
    const ids = (line: Candidate[], from: Supply) => matchFairly(line, from).map(({ jobId }) => jobId);

    test("lets no other job use it at the same time", () => {
      expect(ids([alone("one", 1), nfs("two", 2), candidate("other", "ann", 3)], taken([]))).toEqual(["one", "other"]);
      expect(ids([nfs("two", 1), candidate("other", "ann", 2)], taken([], ["service:nfs"]))).toEqual(["other"]);
    });
    test("waits for the jobs that use it, and lets no later job begin to use it", () => {
      expect(ids([nfs("before", 1), alone("one", 2), nfs("after", 3)], taken(["service:nfs"]))).toEqual(["before"]);
    });
    test("reserves the host that the job gets", () => {
      const host = { ...candidate("one", "ann", 1), exclusive: ["host"] };
      expect(matchFairly([host, candidate("two", "ann", 2)], taken([]))).toEqual([
        { jobId: "one", machine: "alpha", uses: ["host:alpha"], exclusive: ["host:alpha"] },
      ]);
      expect(ids([host], taken(["host:alpha"]))).toEqual([]);
    });
    test("puts a job that disturbed a service behind others while the service is released", () => {
      const gate = (jobId: string, sequence: number, disturbances: number) => ({
        ...nfs(jobId, sequence),
        releasing: ["nfs"],
        disturbances,
      });
      const line = [gate("suspect", 1, 1), gate("other", 2, 0)];
      expect(ids(line, supply({ alpha: 9 }, {}, { nfs: 1 }))).toEqual(["other"]);
      expect(ids([line[0]!], supply({ alpha: 9 }, {}, { nfs: 1 }))).toEqual(["suspect"]);
    });
    test("never gives a resource to another job while one keeps it", () => {
      const someone = fc.tuple(fc.boolean(), fc.boolean()).map(([uses, keeps]) => ({ uses: uses || keeps, keeps }));
      fc.assert(
        fc.property(fc.array(someone, { maxLength: 8 }), (wishes) => {
          const line = wishes.map(({ uses, keeps }, index) => ({
            ...(keeps
              ? alone(`j${index}`, index)
              : uses
                ? nfs(`j${index}`, index)
                : candidate(`j${index}`, "ann", index)),
          }));
          const given = matchFairly(line, taken([]));
          const users = given.filter(({ uses }) => uses.includes("service:nfs")).length;
          return users <= 1 || given.every(({ exclusive }) => exclusive.length === 0);
        }),
      );
    });
  });
});

test("a job that waits for an exclusive resource, or for its users, says so", () => {
  const nfs = ["service:nfs"];
  const user = (uses: string[], exclusive: string[]) => ({ jobId: "j1", test: "one", uses, exclusive });
  expect(exclusivityConflicts({ uses: nfs, exclusive: [] }, [user(nfs, nfs)])).toEqual([
    "service:nfs is kept by one (job j1), which runs alone with it",
  ]);
  expect(exclusivityConflicts({ uses: nfs, exclusive: nfs }, [user(nfs, [])])).toEqual([
    "it runs alone with service:nfs, which one (job j1) still uses",
  ]);
  expect(exclusivityConflicts({ uses: nfs, exclusive: [] }, [user(nfs, []), user([], [])])).toEqual([]);
});
