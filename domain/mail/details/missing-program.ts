import { parseStoredRequirement } from "../../requirements/requirement.js";

/** The messages of shells and other programs about a missing program. The first group is its name. */
const patterns = [
  /(?:^|\n)[^\n:]*: (?:line )?\d+: ([\w.+-]+): (?:command )?not found/,
  /(?:^|\n)[^\n:]*sh: ([\w.+-]+): (?:command )?not found/,
  /\benv: [‘'"]?([\w.+-]+)[’'"]?: No such file or directory/,
  /\bspawn ([\w.+-]+) ENOENT\b/,
  /exec: "([\w.+-]+)": executable file not found/,
];

/**
 * Says which program a failing test did not find, if the suite does not require it. The code is still to blame: a test that
 * declares what it needs waits for a machine that has it.
 */
export function missingProgramHint(log: string, requirements: readonly string[], machine: string): string | undefined {
  const program = patterns.map((pattern) => pattern.exec(log)?.[1]).find((name) => name !== undefined);
  if (program === undefined) return undefined;
  const isRequired = requirements
    .map(parseStoredRequirement)
    .some(({ kind, name }) => kind === "command" && name === program);
  if (isRequired) return undefined;
  return `The program ${program} was not found on ${machine}. If the test needs it, declare it in holdfast.yaml. The test then runs only on machines that have it: require: [command:${program}]`;
}
