import { sql } from "kysely";
import { iso, type Queries } from "../connect.js";

/** Actors that are parts of the grid. They repeat their actions when needed, so the journal leaves them out. */
const gridActors = ["monitor", "the gate", "the grid", "reconciler", "late truth", "grid.yaml"];

/** Actions that change nothing. They need not be repeated after a restore. */
const unjournaled = ["refused", "sign in"];

/** Records who did what to which part of the grid, and why. An order is recorded once; returns whether it was new. */
export async function recordAudit(
  queries: Queries,
  actor: string,
  action: string,
  target: string,
  detail: string,
  orderId: string | null = null,
): Promise<boolean> {
  const result = await sql`
    with noted as (
      insert into audit (actor, action, target, detail, order_id) values (${actor}, ${action}, ${target}, ${detail}, ${orderId})
      on conflict (order_id) do nothing returning *),
    orders as (
      insert into journal (entry)
      select jsonb_build_object('kind', 'order', 'at', ${iso("at")}, 'actor', actor, 'action', action, 'target', target)
      from noted where actor <> all(${gridActors}) and action <> all(${unjournaled}))
    select 1 from noted`.execute(queries);
  return result.rows.length > 0;
}

export interface AuditLine {
  auditId: number;
  at: string;
  actor: string;
  action: string;
  target: string;
  detail: string;
}

const columns = sql`audit_id, ${iso("at")} as at, actor, action, target, detail`;

/** The audit log, latest first. @param before an audit id: the key of the next page */
export async function readAudit(queries: Queries, limit: number, before: number | undefined): Promise<AuditLine[]> {
  const result = await sql<AuditLine>`
    select ${columns} from audit where ${before === undefined ? sql`true` : sql`audit_id < ${before}`} order by audit_id desc limit ${limit}`.execute(
    queries,
  );
  return result.rows;
}

/** The outcome of an order; undefined until the monitor has handled it. */
export async function findAuditByOrderId(queries: Queries, orderId: string): Promise<AuditLine | undefined> {
  const result = await sql<AuditLine>`select ${columns} from audit where order_id = ${orderId}`.execute(queries);
  return result.rows[0];
}
