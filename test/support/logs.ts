import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The last lines of the supervisor and of each log of a grid, to find out why a test failed. */
export function lastLinesOf(data: string, supervisor: string): string {
  const logs = join(data, "logs");
  const names = existsSync(logs) ? readdirSync(logs) : [];
  const texts = names.map((name) => [name, readFileSync(join(logs, name), "utf8")] as const);
  return [["supervisor", supervisor] as const, ...texts]
    .map(([name, text]) => `--- ${name}\n${text.trimEnd().split("\n").slice(-40).join("\n")}\n`)
    .join("");
}

/** Errors that say that a query itself is wrong. A loop that tries again would hide them. */
export function wrongQueriesIn(data: string): string[] {
  const log = join(data, "logs/postgres.log");
  if (!existsSync(log)) return [];
  const wrong =
    /ERROR: {2}(?:syntax error|.* is ambiguous|.* does not exist|.*missing FROM|.* must appear in the GROUP BY)/;
  return readFileSync(log, "utf8")
    .split("\n")
    .filter((line) => wrong.test(line));
}
