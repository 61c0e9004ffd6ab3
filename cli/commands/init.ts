import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { basename, join, resolve } from "node:path";
import type { Command } from "@commander-js/extra-typings";
import { suiteFileName } from "../../domain/config/suite-file-name.js";
import type { Context, GlobalOptions } from "../context.js";
import { CommandError } from "../exit-codes.js";

export function addInit(program: Command<[], GlobalOptions>, { print, printProgress }: Context): void {
  program
    .command("init")
    .description("write a first holdfast.yaml for a folder, with the tests that its own tools run")
    .argument("[directory]", "the folder of the tests", ".")
    .option("--test <name=command...>", "tests to write instead, such as unit='npm test'")
    .option("--owner <address>", "who gets the mails (default: user.email of git)")
    .option("--project <name>", "the name under which the history is kept (default: the folder's name)")
    .action(async (directory, options) => {
      const { firstSuite, suggestedTests } = await import("../first-suite.js");
      const { parseSuiteFile } = await import("../../domain/config/suite-file.js");
      const folder = resolve(directory);
      const file = join(folder, suiteFileName);
      if (!existsSync(folder)) throw new CommandError(`${directory} is not a folder`);
      if (existsSync(file)) throw new CommandError(`${file} already exists`);
      const tests = options.test === undefined ? suggestedTests(folder) : options.test.map(parseTest);
      if (tests.length === 0) throw new CommandError("no tests were found here; name one with --test unit='<command>'");
      const owner = options.owner ?? mailOfGit(folder) ?? `${userInfo().username}@localhost`;
      const text = firstSuite(owner, options.project ?? projectName(folder), tests);
      // This reports wrong names and addresses before anything is written.
      parseSuiteFile(text);
      writeFileSync(file, text, { flag: "wx" });
      print(text.trimEnd());
      printProgress(`written to ${file}; submit it with: holdfast submit ${directory} --wait`);
    });
}

/** The folder's name, without characters that a project name must not have. */
function projectName(folder: string): string {
  return (
    basename(folder)
      .replaceAll(/[^\w.:/+-]+/g, "-")
      .replace(/^[^A-Za-z0-9]+/, "") || "tests"
  );
}

function parseTest(text: string): { name: string; test: string } {
  const at = text.indexOf("=");
  if (at <= 0 || text.slice(at + 1).trim() === "")
    throw new CommandError(`--test ${text}: write a name and a command, such as unit='npm test'`);
  return { name: text.slice(0, at), test: text.slice(at + 1) };
}

function mailOfGit(folder: string): string | undefined {
  try {
    const args = ["-C", folder, "config", "user.email"];
    return execFileSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim() || undefined;
  } catch {
    return undefined;
  }
}
