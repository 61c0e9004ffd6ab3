import { problemStatus } from "./problems.js";
import type { Audience, Route } from "./route.js";
import { routesByTag } from "./routes.js";

const audiences: Record<Audience, string> = {
  everyone: "everyone",
  "any token": "any token",
  user: "user, admin",
  agent: "agent, admin",
  admin: "admin",
};

/** The routes and the roles that may use them, as the page of the documentation, docs/api.md. */
export function routesDocument(): string {
  const sections = Object.entries(routesByTag).map(([tag, tagged]) => {
    const rows = Object.entries<Route>(tagged).map(
      ([name, { method, path, audience, summary, problems }]) =>
        `| \`${method} ${path}\` | \`${name}\` | ${audiences[audience]} | ${summary} | ${problems.map((code) => `\`${code}\``).join(", ")} |`,
    );
    return [
      `## ${tag}`,
      ["| route | operation | for | what it does | errors |", "|---|---|---|---|---|", ...rows].join("\n"),
    ];
  });
  const codes = Object.entries(problemStatus).map(([code, status]) => `| \`${code}\` | ${status} |`);
  return `${[
    "# API",
    "All paths are below `/api/v1`. A running grid describes them at `/api/v1/openapi.json`. This file is written by `npm run docs`.",
    "A request bears a token as `Authorization: Bearer <token>`. The column “for” names the roles that may use a route; `everyone` needs no token. A POST may have an `Idempotency-Key`: a request that is sent again with the same key has its effect once. Lists are read page by page: `next` of an answer is `before` of the next request. Errors are `application/problem+json` (RFC 9457) with a stable `code`.",
    ...sections.flat(),
    "## Error codes",
    ["| code | status |", "|---|---|", ...codes].join("\n"),
  ].join("\n\n")}\n`;
}
