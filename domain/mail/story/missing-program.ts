import { parseStoredRequirement } from "../../requirements/requirement.js";

/** How shells and others say that there is no such program; the first group is its name. */
const patterns = [
  /(?:^|\n)[^\n:]*: (?:line )?\d+: ([\w.+-]+): (?:command )?not found/,
  /(?:^|\n)[^\n:]*sh: ([\w.+-]+): (?:command )?not found/,
  /\benv: [‘'"]?([\w.+-]+)[’'"]?: No such file or directory/,
  /\bspawn ([\w.+-]+) ENOENT\b/,
  /exec: "([\w.+-]+)": executable file not found/,
];

/**
 * Says which program a failing test did not find, where the suite does not require it. The failure stays the code's: a test
 * that names what it needs is held for a machine that has it.
 */
export function missingProgramHint(log: string, requirements: readonly string[], machine: string): string | undefined {
  const program = patterns.map((pattern) => pattern.exec(log)?.[1]).find((name) => name !== undefined);
  if (program === undefined) return undefined;
  const isRequired = requirements
    .map(parseStoredRequirement)
    .some(({ kind, name }) => kind === "command" && name === program);
  if (isRequired) return undefined;
  return `The program ${program} was not found on ${machine}. If the test needs it, say so in holdfast.yaml, and it runs only where it is: require: [command:${program}]`;
}
