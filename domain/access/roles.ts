/**
 * A role says what the bearer of a token may do. Each of the first four roles includes the rights of those before it: a viewer
 * reads, a submitter submits and manages their own jobs, an operator manages all jobs and the grid, and an admin also creates
 * tokens and changes the configuration. The role `agent` is for the agent of a machine.
 */
export const roles = ["viewer", "submitter", "operator", "admin", "agent"] as const;
export type Role = (typeof roles)[number];

/** The roles of people. Each role includes the rights of those before it. */
export const rolesOfPeople = ["viewer", "submitter", "operator", "admin"] as const satisfies readonly Role[];

/** Whether a role may manage the jobs of others. */
export function isOperator(role: Role): boolean {
  return role === "operator" || role === "admin";
}
