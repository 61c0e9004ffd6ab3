import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { packageRoot } from "../../grid/package-root.js";

describe("the script that votes in Gerrit", () => {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-ci-"));
  const program = (name: string, text: string) => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  beforeAll(() => program("ssh", `printf '%s ' "$@" > ${folder}/voted`));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** @param submitted the exit code of `holdfast submit` @param ended that of `holdfast follow` */
  function vote(submitted: number, ended: number) {
    program(
      "holdfast",
      `case $1 in submit) echo '{ "submissionId": "s1" }'; exit ${submitted} ;; follow) exit ${ended} ;; results) echo '<x/>' ;; esac`,
    );
    const { status } = spawnSync("sh", [join(packageRoot, "examples/ci/gerrit.sh"), "."], {
      cwd: folder,
      env: {
        PATH: `${folder}:${process.env["PATH"]}`,
        HOLDFAST_URL: "https://grid.example.org",
        GERRIT_HOST: "gerrit.example.org",
        GERRIT_PATCHSET_REVISION: "abc123",
      },
    });
    return { status, voted: readFileSync(join(folder, "voted"), "utf8") };
  }

  test.each([
    ["passes", 0, 0, 0, "+1 --message '\"pass\"'"],
    ["fails", 0, 1, 1, "-1 --message '\"fail: the code is broken\"'"],
    ["ends without a result", 0, 2, 0, "0 --message '\"neutral (exit 2)"],
    ["still waits", 0, 75, 0, "0 --message '\"neutral (exit 75)"],
    ["was not submitted", 69, 0, 0, "0 --message '\"not submitted (exit 69)"],
  ])("when the submission %s", (_what, submitted, ended, status, words) => {
    const result = vote(submitted, ended);
    expect(result.status).toBe(status);
    expect(result.voted).toContain(`gerrit.example.org gerrit review --verified ${words}`);
    expect(result.voted).toContain(" abc123");
  });
});
