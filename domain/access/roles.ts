/**
 * What the bearer of a token may do. Each of the first four may also do what those before it may: a viewer reads, a submitter
 * submits and looks after their own jobs, an operator looks after everybody's jobs and the grid, an admin also gives out tokens
 * and changes the configuration. An agent does what the agent of a machine does.
 */
export const roles = ["viewer", "submitter", "operator", "admin", "agent"] as const;
export type Role = (typeof roles)[number];

/** Roles of people, each with the rights of those before it. */
export const rolesOfPeople = ["viewer", "submitter", "operator", "admin"] as const satisfies readonly Role[];

/** Whether a role may look after jobs of others. */
export function isOperator(role: Role): boolean {
  return role === "operator" || role === "admin";
}
