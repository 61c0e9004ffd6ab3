import { catalog } from "./failures.js";

const blames = {
  code: "The code: its author gets an alarm.",
  infrastructure: "The infrastructure: the job is held and runs again. Nobody gets a failure mail.",
  user: "The user: the submission itself is wrong.",
  unknown: "Not known: the owner and the admins get everything that is known.",
} as const;

/** The catalogue as a page of the documentation: docs/failures.md. */
export function failuresDocument(): string {
  const sections = Object.entries(blames).flatMap(([blame, who]) => [
    `## ${who}`,
    ["| identifier | meaning | can run again |", "|---|---|---|"]
      .concat(
        catalog()
          .filter((failure) => failure.blame === blame)
          .map(({ identifier, help, retriable }) => `| \`${identifier}\` | ${help} | ${retriable ? "yes" : "no"} |`),
      )
      .join("\n"),
  ]);
  const head = [
    "# Failure identifiers",
    "Each step of a job names its problem and who is to blame; nothing is guessed from logs. The names are stable. A running grid shows the same list at `/failures` and `/api/v1/failures`. This file is written by `npm run docs`.",
  ];
  return `${[...head, ...sections].join("\n\n")}\n`;
}
