import { problemsOfAll, problemsOfTokens, problemStatus } from "./problems.js";
import { type Audience, type Route, type RouteProblem, rolesOf } from "./route.js";
import { routesByTag, routesWithKey } from "./routes.js";

function rolesText(audience: Audience): string {
  return audience === "everyone" ? audience : rolesOf[audience].join(", ");
}

function listed(codes: readonly string[]): string {
  return codes.map((code) => `\`${code}\``).join(", ");
}

function problemText(problem: RouteProblem): string {
  return typeof problem === "string" ? `\`${problem}\`` : `\`${problem.code}\` (${problem.status})`;
}

/** The text of docs/api.md: the routes and the roles that may use them. */
export function routesDocument(): string {
  const sections = Object.entries(routesByTag).map(([tag, tagged]) => {
    const rows = Object.entries<Route>(tagged).map(
      ([name, { method, path, audience, summary, problems }]) =>
        `| \`${method} ${path}\` | \`${name}\` | ${rolesText(audience)} | ${summary} | ${problems.map(problemText).join(", ")} |`,
    );
    return [
      `## ${tag}`,
      ["| route | operation | for | what it does | errors |", "|---|---|---|---|---|", ...rows].join("\n"),
    ];
  });
  const codes = Object.entries(problemStatus).map(([code, status]) => `| \`${code}\` | ${status} |`);
  return `${[
    "# API",
    "All paths are below `/api/v1`. A running grid describes them, except those for agents, at `/api/v1/openapi.json`. This file is written by `npm run docs`.",
    "A request sends its token in `Authorization: Bearer <token>`. The column “for” names the roles that may use a route; `everyone` needs no token. Lists of jobs, outages, mails and the audit are read page by page: `next` of an answer is `before` of the next request.",
    `Some requests create something: ${[...routesWithKey].map((name) => `\`${name}\``).join(", ")}. With an \`Idempotency-Key\` such a request takes effect only once, even if it is sent again.`,
    `Errors are \`application/problem+json\` (RFC 9457) with a stable \`code\`. Besides the errors in the tables, each route may answer ${listed(problemsOfAll)}, and each route that needs a token ${listed(problemsOfTokens)}. \`wrong-request\` can have the status 400, 413 or 415.`,
    ...sections.flat(),
    "## Error codes",
    ["| code | status |", "|---|---|", ...codes].join("\n"),
  ].join("\n\n")}\n`;
}
