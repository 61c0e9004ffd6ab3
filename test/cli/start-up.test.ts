import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { packageRoot } from "../../grid/package-root.js";

/** The packages whose code ran, according to V8's coverage record. */
function packagesLoadedBy(...args: string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-coverage-"));
  const env = { ...process.env, NODE_V8_COVERAGE: folder, HOLDFAST_URL: "http://127.0.0.1:1" };
  spawnSync(process.execPath, [join(packageRoot, "cli/holdfast.mjs"), ...args], { env });
  const scripts = readdirSync(folder).flatMap((name) => {
    const { result } = JSON.parse(readFileSync(join(folder, name), "utf8")) as { result: { url: string }[] };
    return result.map(({ url }) => url);
  });
  rmSync(folder, { recursive: true });
  const names = scripts
    .map((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1])
    .filter((name) => name !== undefined);
  return [...new Set(names)].sort();
}

const little = new Set(["@colors/colors", "@commander-js/extra-typings", "cli-table3", "commander", "emoji-regex"]);

test.each([[["--version"]], [["--help"]], [["submit", "--help"]], [["jobs"]]])(
  "%j loads only packages that parse the command line and print",
  (args) => {
    const loaded = packagesLoadedBy(...args);
    expect(loaded).toContain("commander");
    expect(
      loaded.filter((name) => !little.has(name) && !/^(string-width|strip-ansi|ansi-regex|is-fullwidth)/.test(name)),
    ).toEqual([]);
  },
);
