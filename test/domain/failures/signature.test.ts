import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { parseGridFile } from "../../../domain/config/parse-grid.js";
import { parseSignatureFile, signatureFileOf, signaturesOf } from "../../../domain/config/signature-file.js";
import { createMatcher } from "../../../domain/failures/signature.js";
import { packageRoot } from "../../../grid/package-root.js";

const one = (pattern: string, more = "") => `- { name: a, pattern: '${pattern}', label: b${more} }\n`;
const read = (text: string) => parseSignatureFile("signatures.yaml", text);

describe("signatures.yaml", () => {
  test.each([
    [
      "an invalid pattern",
      one("(a"),
      /^signatures\.yaml:1:14: 0\.pattern: is no pattern in RE2's syntax: .*missing closing \)/,
    ],
    ["a pattern that no linear matcher supports", one("(a)\\1"), /1:14: .*invalid escape sequence/],
    ["a pattern with a lookahead", one("a(?=b)"), /1:14: .*invalid or unsupported Perl syntax/],
    ["a pattern that matches everywhere", one("x*"), /1:14: .*matches an empty line/],
    ["a name that appears twice", one("a") + one("b"), /2:5: 1\.name: "a" appears twice/],
    ["an unknown key", one("a", ", lable: c"), /1:\d+: unknown key "lable"/],
    ["an invalid cause", one("a", ", cause: moon"), /1:\d+: 0\.cause/],
  ])("with %s is refused with its place", (_what, text, message) => expect(() => read(text)).toThrow(message));

  test("records the place of each signature", () => expect(read(one("a"))[0]!.place).toBe("signatures.yaml:1:14"));
  test("may be empty", () => expect(read("")).toEqual([]));
});

describe("signatures in grid.yaml", () => {
  const config = (text: string) => parseGridFile("grid.yaml", text);
  test("may be in a file of their own", () =>
    expect(signatureFileOf(config("signatures: ./s.yaml\n"))).toBe("./s.yaml"));
  test("may be in grid.yaml itself, and have their place there", () =>
    expect(signaturesOf(config("signatures:\n  - { name: a, pattern: b, label: c }\n"))).toMatchObject([
      { name: "a", place: "grid.yaml:2:16" },
    ]));
  test("are refused with their place", () =>
    expect(() => config("signatures:\n  - { name: a, pattern: '(', label: c }\n")).toThrow(
      /grid\.yaml:2:16: signatures\.0\.pattern/,
    ));
  test("are optional", () => expect(signaturesOf(config(""))).toEqual([]));
});

describe("a matcher", () => {
  const matcher = createMatcher(read(one("boom") + one("^wet$").replace("name: a", "name: w")));
  test("finds the first line of each signature", () =>
    expect(matcher.find("dry\nwet\nboom 1\nboom 2\n", 10)).toMatchObject([
      { signature: { name: "w" }, line: "wet", lineNumber: 11 },
      { signature: { name: "a" }, line: "boom 1", lineNumber: 12 },
    ]));
  test("finds nothing across lines", () => expect(createMatcher(read(one("a\\s+b"))).find("a\nb", 1)).toEqual([]));

  // A backtracking matcher would never finish 40 characters of this.
  test("takes time that is linear in the log, whatever the pattern", () =>
    expect(createMatcher(read(one("(a+)+b$|(a|a)*c|(.*a){12}d"))).find("a".repeat(1_000_000), 1)).toEqual([]));

  test("accepts any log", () =>
    fc.assert(fc.property(fc.string({ unit: "binary" }), (log) => void matcher.find(log, 1))));
});

describe("the signatures of the examples", () => {
  const all = parseSignatureFile(
    "signatures.yaml",
    readFileSync(join(packageRoot, "examples/signatures.yaml"), "utf8"),
  );
  const matcher = createMatcher(all);
  test.each([
    ["disk-full", "cp: error writing 'x': No space left on device"],
    ["connection-reset", "Error: read ECONNRESET"],
    ["connection-refused", "curl: (7) Failed to connect to localhost port 80: Connection refused"],
    ["name-resolution", "Error: getaddrinfo EAI_AGAIN mirror.example.org"],
    ["out-of-memory", "[12.3] Out of memory: Killed process 4711 (node)"],
    ["git-fetch", "fatal: unable to access 'https://git/': The requested URL returned error: 500"],
    ["package-fetch", "npm error network ETIMEDOUT"],
    ["stale-file-handle", "ls: cannot access '/mnt/a': Stale file handle"],
    ["nfs-server-silent", "kernel: nfs: server nas1 not responding, still trying"],
    ["certificate", "SSL certificate problem: certificate has expired"],
    ["server-busy", "HTTP/1.1 503 Service Unavailable"],
    ["clock-skew", "make: warning:  Clock skew detected.  Your build may be incomplete."],
    ["read-only-disk", "touch: cannot touch 'a': Read-only file system"],
    ["too-many-open-files", "Error: EMFILE: too many open files, open 'a'"],
    ["address-in-use", "Error: listen EADDRINUSE: address already in use :::80"],
    ["no-display", "Gtk-WARNING **: cannot open display: :0"],
    ["segmentation-fault", "Segmentation fault (core dumped)"],
  ])("%s is found in the output of real programs", (name, line) =>
    expect(
      matcher.find(`before\n${line}\nafter`, 1).map(({ signature, lineNumber }) => [signature.name, lineNumber]),
    ).toContainEqual([name, 2]),
  );

  test("are all tested here", () => expect(all).toHaveLength(17));
  test("match nothing in the output of tests that pass", () =>
    expect(
      matcher.find(
        "TAP version 13\nok 1 - says 503 items\nok 2 - resets the connection\n# memory 12 MB\nwrote 5 files\n",
        1,
      ),
    ).toEqual([]));
});
