import type { Queries } from "./connect.js";

/** Notes who did what to which part of the grid, and why. */
export async function recordAudit(
  queries: Queries,
  actor: string,
  action: string,
  target: string,
  detail: string,
): Promise<void> {
  await queries.insertInto("audit").values({ actor, action, target, detail }).execute();
}
