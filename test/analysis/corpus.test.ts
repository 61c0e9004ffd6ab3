import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { discover, type Discovered } from "../../analysis/discover.js";
import { mayStartCode } from "../../analysis/runners/names.js";
import type { CorpusCase } from "./corpus/corpus.js";
import { annotationsCases } from "./corpus/typescript-annotations.js";
import { classesCases } from "./corpus/typescript-classes.js";
import { modulesCases } from "./corpus/typescript-modules.js";
import { pythonCases } from "./corpus/python.js";
import { containerCases } from "./corpus/containers-and-names.js";
import { configurationCases } from "./corpus/configurations.js";
import { pythonDecoratorCases } from "./corpus/python-decorators-and-bases.js";
import { pythonMarkCases } from "./corpus/python-marks-and-folders.js";
import { pythonRunnerCases } from "./corpus/python-runners.js";
import { pythonTestCases } from "./corpus/python-tests.js";
import { pythonShellMakeCases } from "./corpus/python-shell-and-make.js";
import { runnerConfigurationCases } from "./corpus/runner-configuration.js";
import { runnerHookCases } from "./corpus/runner-hooks.js";
import { globalsCases } from "./corpus/globals-and-modules.js";
import { runsCases } from "./corpus/typescript-runs.js";
import { testsAndTypesCases } from "./corpus/typescript-tests-and-types.js";
import { builtAndDynamicCases } from "./corpus/typescript-built-and-dynamic.js";
import { shellOutputCases } from "./corpus/shell-outputs.js";
import { shellProgramCases } from "./corpus/shell-programs.js";
import { scriptCases } from "./corpus/scripts-and-makefiles.js";
import { shellCases } from "./corpus/shell.js";
import { startedProgramCases } from "./corpus/started-programs.js";
import { testRunnerCases } from "./corpus/test-runners.js";
import { valuesCases } from "./corpus/typescript-values.js";
import { workspaceCases } from "./corpus/workspaces-and-data.js";

const cases = [
  ...modulesCases,
  ...classesCases,
  ...valuesCases,
  ...annotationsCases,
  ...runsCases,
  ...pythonCases,
  ...pythonTestCases,
  ...pythonRunnerCases,
  ...pythonMarkCases,
  ...pythonDecoratorCases,
  ...configurationCases,
  ...containerCases,
  ...shellCases,
  ...shellProgramCases,
  ...shellOutputCases,
  ...builtAndDynamicCases,
  ...testsAndTypesCases,
  ...testRunnerCases,
  ...runnerConfigurationCases,
  ...runnerHookCases,
  ...globalsCases,
  ...pythonShellMakeCases,
  ...workspaceCases,
  ...startedProgramCases,
  ...scriptCases,
];
let [expected, found, right] = [0, 0, 0];

async function read({ files, command, code }: CorpusCase): Promise<Discovered> {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-corpus-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text, { mode: 0o755 });
    }
    return await discover(folder, { code: code ?? null, command, path: "" });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("requirements in code", () => {
  afterAll(() =>
    console.info(
      `recall ${(right / expected).toFixed(3)}, precision ${(right / found).toFixed(3)} of ${expected} requirements in ${cases.length} sources`,
    ),
  );

  test.each(cases.map((each): [string, CorpusCase] => [each.name, each]))("%s", async (_name, each) => {
    const { requirements, notUnderstood, unread } = await read(each);
    const texts = requirements.map(({ requirement }) => requirement);
    expected += each.requires.length;
    found += texts.length;
    right += texts.filter((text) => each.requires.includes(text)).length;
    expect(texts).toEqual([...each.requires].sort());
    expect(requirements.filter(({ chain }) => chain.length === 0)).toEqual([]);
    // The grid reads the code of these commands only.
    if (texts.length > 0 && each.code === undefined) expect(mayStartCode(each.command)).toBe(true);
    for (const [requirement, chain] of Object.entries(each.chains ?? {}))
      expect(
        requirements
          .find((one) => one.requirement === requirement)
          ?.chain.map(({ name, file, line }) => `${name} ${file}:${line}`),
      ).toEqual(chain);
    if (each.notUnderstood !== undefined)
      expect([
        ...new Set(
          notUnderstood.map(({ file, line, reason }) =>
            each.notUnderstood!.length === 0 ? `${file}:${line} ${reason}` : `${file}:${line}`,
          ),
        ),
      ]).toEqual(each.notUnderstood);
    expect(unread !== null).toBe(each.unread === true);
  });
});
