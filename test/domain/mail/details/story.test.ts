import { describe, expect, test } from "@jest/globals";
import { compareComponents } from "../../../../domain/mail/details/component-changes.js";
import { type ProvenAttempt, summarizeProof } from "../../../../domain/mail/details/proof-summary.js";
import { quote, reproduce } from "../../../../domain/mail/details/reproduction.js";
import { markOf, rateOf } from "../../../../domain/mail/details/runs.js";

const at = "2026-01-01T00:00:00.000Z";

describe("versions compared with those of the last pass", () => {
  const now = { machine: "beta", node: "v22", libfoo: "1.2", kernel: "6.1" };
  test("differences come first, and missing components are listed", () =>
    expect(compareComponents(now, { machine: "alpha", node: "v20", kernel: "6.1", libbar: "3" })).toEqual([
      { name: "node", version: "v22", before: "v20", change: "changed" },
      { name: "libfoo", version: "1.2", before: null, change: "new" },
      { name: "libbar", version: "not there any more", before: "3", change: "gone" },
      { name: "machine", version: "beta", before: "alpha", change: "same" },
      { name: "kernel", version: "6.1", before: "6.1", change: "same" },
    ]));
  test("nothing counts as new if there was no pass", () =>
    expect(new Set(compareComponents(now, null).map(({ change }) => change))).toEqual(new Set(["same", "not-known"])));
});

describe("the proof in one line", () => {
  const attempt = (difference: Partial<ProvenAttempt> = {}): ProvenAttempt => ({
    purpose: "test",
    machine: "alpha",
    outcome: "candidate",
    evidence: [
      { check: "service nfs from the machine", result: "good", detail: "", at },
      { check: "service mirror", result: "good", detail: "", at },
      { check: "memory", result: "good", detail: "", at },
      { check: "service slow", result: "unknown", detail: "", at },
    ],
    watch: null,
    ...difference,
  });
  const watched = (bad: { from: string; to: string; detail: string }[] = []) => [
    { check: "disk", from: at, to: at, looks: 9, bad },
    { check: "service nfs from alpha", from: at, to: at, looks: 9, bad: [] },
  ];
  test.each<[string, ProvenAttempt[], string]>([
    [
      "two failures on two machines",
      [attempt(), attempt({ purpose: "confirmation", machine: "beta" })],
      "healthy: nfs, mirror, memory; confirmed on beta",
    ],
    [
      "a failure that was watched",
      [attempt({ watch: watched() })],
      "healthy throughout: nfs, mirror, memory, disk; not confirmed by another run",
    ],
    [
      "a disk that was full for a second",
      [attempt({ watch: watched([{ from: at, to: at, detail: "full" }]) })],
      "healthy throughout: nfs, mirror, memory; not confirmed by another run",
    ],
    [
      "one machine alone",
      [attempt(), attempt({ purpose: "recheck" })],
      "healthy: nfs, mirror, memory; confirmed on alpha again",
    ],
    [
      "a baseline and a control",
      [
        attempt(),
        attempt({ purpose: "confirmation", machine: "beta" }),
        attempt({ purpose: "baseline", outcome: "passed" }),
        attempt({ purpose: "control", outcome: "passed", machine: "beta" }),
      ],
      "healthy: nfs, mirror, memory; confirmed on beta; the last passing revision still passes, on alpha; a test known to be good passed on beta",
    ],
    [
      "an isolation trial",
      [
        attempt({ outcome: "dirty" }),
        attempt({ outcome: "dirty", purpose: "isolation" }),
        attempt({ outcome: "passed", purpose: "control" }),
        attempt({ outcome: "infrastructure", purpose: "isolation" }),
        attempt({ outcome: "passed", purpose: "control" }),
      ],
      "its environment broke in 2 of 2 runs alone, and was healthy in 2 of 2 runs without it",
    ],
    ["dirty attempts only", [attempt({ outcome: "dirty" })], "no attempt ran in a healthy environment"],
  ])("of %s", (_what, attempts, line) => expect(summarizeProof(attempts)).toBe(line));
});

describe("how to run it", () => {
  const definition = { prepare: null, build: "make", command: "./run --all\nexit 3\n", timeoutMs: 90_000 };
  const memoryBytes = 2 ** 31;
  test("a revision of a repository, with its variant and services", () =>
    expect(
      reproduce({
        source: { kind: "git", url: "https://git/it's.git", revision: "abc" },
        path: "",
        definition,
        variant: { browser: "fire fox" },
        services: { "nfs/eu": "10.0.0.7:2049" },
        memoryBytes,
      }),
    ).toEqual([
      `git clone --recurse-submodules 'https://git/it'\\''s.git' source && cd source && git checkout abc`,
      "export HOLDFAST_SERVICE_NFS_EU=10.0.0.7:2049",
      "export HOLDFAST_VARIANT_BROWSER='fire fox'",
      "sh -c make",
      "# the grid let it take 2048 MiB of memory",
      "timeout 90 sh -c './run --all",
      "exit 3'",
    ]));
  test("an upload by its address", () =>
    expect(
      reproduce({
        source: { kind: "upload", address: "http://h/s/1" },
        path: "",
        definition,
        variant: {},
        services: {},
        memoryBytes,
      })[1],
    ).toBe(`mkdir source && cd source && curl -fsSH "Authorization: Bearer $HOLDFAST_TOKEN" http://h/s/1 | tar xz`));
  test.each([
    ["plain/1.2", "plain/1.2"],
    ["$(rm -rf)", "'$(rm -rf)'"],
    ["", "''"],
  ])("quotes %s", (word, quoted) => expect(quote(word)).toBe(quoted));
});

describe("the rate of a test", () => {
  const run = (verdict: "pass" | "fail", flaky = false) => ({ verdict, flaky });
  test("counts passes, flaky ones among them", () =>
    expect(rateOf([run("pass"), run("fail"), run("pass", true), run("fail")])).toEqual({
      runs: 4,
      passed: 2,
      flaky: 1,
      failureRate: 0.5,
    }));
  test("is not known without runs", () => expect(rateOf([]).failureRate).toBeNull());
  test("has a mark for each run", () =>
    expect([run("pass"), run("pass", true), run("fail")].map(markOf)).toEqual(["+", "~", "-"]));
});
