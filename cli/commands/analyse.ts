import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "@commander-js/extra-typings";
import type { JobRequirement } from "../../domain/requirements/requirement.js";
import type { Context, GlobalOptions } from "../context.js";
import { CommandError } from "../exit-codes.js";

export function addAnalyse(program: Command<[], GlobalOptions>, { print }: Context): void {
  program
    .command("analyse")
    .description("show what the tests of a folder require, and why; needs no grid")
    .argument("<directory>")
    .option("--json")
    .action(async (directory, options) => {
      const { filesNamedIn, findRequirements } = await import("../../analysis/typescript/requirements.js");
      const { parseSuiteFile, suiteFileName } = await import("../../domain/config/suite-file.js");
      const suite = parseSuiteFile(readSuite(directory, suiteFileName)).value;
      const tests = Object.entries(suite.tests).map(([test, { code, test: command, require }]) => ({
        test,
        readsCode: code !== undefined || filesNamedIn(command).length > 0,
        requirements: [
          ...require.map((requirement): JobRequirement => ({ requirement, origin: "declared", chain: [] })),
          ...findRequirements(directory, code ?? null, command).filter(
            ({ requirement }) => !require.includes(requirement),
          ),
        ],
      }));
      print(options.json === true ? JSON.stringify(tests, null, 2) : tests.map(describeTest).join("\n"));
    });
}

function readSuite(directory: string, name: string): string {
  try {
    return readFileSync(join(directory, name), "utf8");
  } catch {
    throw new CommandError(`${directory} has no ${name}`);
  }
}

interface AnalysedTest {
  test: string;
  /** Whether the suite file names any code that could be read. */
  readsCode: boolean;
  requirements: JobRequirement[];
}

function describeTest({ test, readsCode, requirements }: AnalysedTest): string {
  const unread = readsCode ? "" : " (its command names no code; say which with `code:`)";
  if (requirements.length === 0) return `${test}\n  requires nothing${unread}`;
  const lines = requirements.map(
    ({ requirement, origin, chain }) =>
      `  ${requirement} (${origin})${chain.map(({ name, file, line }) => `\n    → ${name} at ${file}:${line}`).join("")}`,
  );
  return [test, ...lines].join("\n");
}
