/** What the bearer of a token may do: all; what machines' agents do; or submit jobs and look after them. */
export const roles = ["admin", "agent", "user"] as const;
export type Role = (typeof roles)[number];
