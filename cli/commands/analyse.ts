import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Command } from "@commander-js/extra-typings";
import { suiteFileName } from "../../domain/config/suite-file-name.js";
import {
  combineRequirements,
  type JobRequirement,
  type NotUnderstood,
  type WaivedRequirement,
} from "../../domain/requirements/requirement.js";
import type { Context, GlobalOptions } from "../context.js";
import { CommandError } from "../exit-codes.js";

/** What the code of one test needs, as `analyse --json` prints it. */
interface AnalysedTest {
  test: string;
  requirements: JobRequirement[];
  recommend: string[];
  notUnderstood: NotUnderstood[];
  waived: WaivedRequirement[];
  /** Why no code was read; null if some was. */
  unread: string | null;
}

export function addAnalyse(program: Command<[], GlobalOptions>, { print, env }: Context): void {
  program
    .command("analyse")
    .description("show what the tests of a folder require, and why; needs no grid")
    .argument("<directory>")
    .option("--json")
    .option("--no-cache", "read all code again, even if it has not changed")
    .action(async (directory, options) => {
      const { FolderAnalysis } = await import("../../analysis/folder-analysis.js");
      const { parseSuiteFile } = await import("../../domain/config/suite-file.js");
      const suite = parseSuiteFile(readSuite(directory, suiteFileName)).value;
      const tests: AnalysedTest[] = [];
      const analysis = new FolderAnalysis(directory, options.cache ? cacheFolder(env) : null);
      for (const [test, { code, test: command, require, recommend, waive, prepare, build }] of Object.entries(
        suite.tests,
      )) {
        const mayInstallPrograms = prepare !== undefined || build !== undefined;
        const found = await analysis.find({ code: code ?? null, command, path: "", mayInstallPrograms });
        tests.push({
          test,
          ...combineRequirements(require, found.requirements, waive),
          recommend,
          notUnderstood: found.notUnderstood,
          unread: found.unread,
        });
      }
      analysis.save();
      print(options.json === true ? JSON.stringify(tests, null, 2) : tests.map(describeTest).join("\n"));
    });
}

/** The cache folder, as the XDG Base Directory Specification defines it. */
function cacheFolder(env: NodeJS.ProcessEnv): string {
  return join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "holdfast");
}

function readSuite(directory: string, name: string): string {
  try {
    return readFileSync(join(directory, name), "utf8");
  } catch {
    throw new CommandError(`${directory} has no ${name}`);
  }
}

function describeTest({ test, requirements, recommend, notUnderstood, waived, unread }: AnalysedTest): string {
  return [
    test,
    ...(requirements.length === 0 ? ["  requires nothing"] : []),
    ...requirements.map(
      ({ requirement, origin, chain }) =>
        `  ${requirement} (${origin})${chain.map(({ name, file, line }) => `\n    → ${name} at ${file}:${line}`).join("")}`,
    ),
    ...recommend.map((requirement) => `  ${requirement} (recommended: no job waits for it)`),
    ...waived.map(({ requirement, reason }) => `  ${requirement} (waived: ${reason})`),
    ...(unread === null ? [] : [`  ${unread}; say which with \`code:\``]),
    ...notUnderstood.map(({ file, line, reason }) => `  not understood: ${file}:${line}: ${reason}`),
  ].join("\n");
}
