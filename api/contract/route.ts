import { type Role, rolesOfPeople } from "../../domain/access/roles.js";
import type { ProblemCode } from "./problems.js";

/** Who may use a route: everyone, or bearers of tokens with that role or with a role that has more rights. */
export type Audience = "everyone" | Role;

/** The roles that may use a route, by its audience. */
export const rolesOf: Record<Role, readonly Role[]> = {
  viewer: rolesOfPeople,
  submitter: ["submitter", "operator", "admin"],
  operator: ["operator", "admin"],
  admin: ["admin"],
  agent: ["agent", "admin"],
};

export type RouteProblem = ProblemCode | { code: ProblemCode; status: number };

export interface Route {
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** Below /api/v1, as OpenAPI writes paths. A parameter that ends with `*` may contain slashes. */
  path: string;
  audience: Audience;
  /** The status of a successful answer. */
  status: 200 | 201 | 202 | 204;
  summary: string;
  /** The errors of this route, besides those that every route has. An error can have a special status here. */
  problems: readonly RouteProblem[];
}

export function route<P extends string>(
  method: Route["method"],
  path: P,
  audience: Audience,
  status: Route["status"],
  summary: string,
  problems: readonly RouteProblem[] = [],
): Route & { path: P } {
  return { method, path, audience, status, summary, problems };
}
