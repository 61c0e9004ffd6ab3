import { sql } from "kysely";
import { iso, type Queries, toJson } from "../connect.js";

export interface MachineReport {
  machine: string;
  host: string;
  slots: number;
  facts: Record<string, string>;
  /** Identifies one process of the agent. */
  agent: string;
}

/**
 * Stores a report of a machine's agent.
 * @returns `isFresh`: this agent was not online before; `isNew`: the machine was unknown; `isFirst`: it is this agent's first
 *   report; `awaySince`: since when the machine was offline. Ids of agents are ULIDs: a later agent has a greater one.
 */
export async function reportMachine(
  queries: Queries,
  report: MachineReport,
): Promise<{ isFresh: boolean; isNew: boolean; isFirst: boolean; awaySince: string | null }> {
  const result = await sql<{ fresh: boolean; joined: boolean; first: boolean; away: string | null }>`
    with before as (select seen_at, agent from machines where machine = ${report.machine})
    insert into machines (machine, host, slots, facts, agent, agent_since, seen_at)
    values (${report.machine}, ${report.host}, ${report.slots}, ${toJson(report.facts)}, ${report.agent}, now(), now())
    on conflict (machine) do update set host = excluded.host, slots = excluded.slots, facts = excluded.facts, agent = excluded.agent, seen_at = now(),
      agent_since = case when machines.agent = excluded.agent then machines.agent_since else now() end
    returning not exists (select 1 from before where before.agent = ${report.agent} and before.seen_at > now() - interval '20 seconds') as fresh,
      not exists (select 1 from before) as joined,
      not exists (select 1 from before where before.agent >= ${report.agent}) as first,
      (select ${iso("before.seen_at")} from before where before.seen_at < now() - interval '20 seconds') as away`.execute(
    queries,
  );
  const row = result.rows[0];
  return {
    isFresh: row?.fresh ?? false,
    isNew: row?.joined ?? false,
    isFirst: row?.first ?? false,
    awaySince: row?.away ?? null,
  };
}

/** The fate of a machine whose agent stopped answering. */
export interface MachineFate {
  /** Whether it has reported since then. */
  back: boolean;
  /** Whether its agent is another process than the one that began the attempt. */
  restarted: boolean;
  /** The number of other machines that were lost at about the same time. */
  othersLost: number;
}

/** @param from when the attempt began @param since when it stopped answering; ISO times */
export async function readMachineFate(
  queries: Queries,
  machine: string,
  from: string,
  since: string,
): Promise<MachineFate> {
  const result = await sql<{ back: boolean | null; restarted: boolean | null; others: number }>`
    select (select seen_at > ${since} from machines where machine = ${machine}) as back,
      (select agent_since > ${from} from machines where machine = ${machine}) as restarted,
      (select count(*) from machines where machine <> ${machine} and health <> 'retired'
        and seen_at < now() - interval '20 seconds' and seen_at > ${since}::timestamptz - interval '90 seconds') as others`.execute(
    queries,
  );
  const row = result.rows[0];
  return { back: row?.back ?? false, restarted: row?.restarted ?? false, othersLost: row?.others ?? 0 };
}

/** A draining machine finishes its jobs and takes no new ones. Returns whether there is such a machine. */
export async function setDraining(queries: Queries, machine: string, isDraining: boolean): Promise<boolean> {
  const result =
    await sql`update machines set draining = ${isDraining} where machine = ${machine} and health <> 'retired'`.execute(
      queries,
    );
  return Number(result.numAffectedRows ?? 0) > 0;
}

/** For each fact, the values that machines of the grid have. Retired machines do not count. */
export async function readFacts(queries: Queries): Promise<Record<string, string[]>> {
  const result = await sql<{ name: string; values: string[] }>`
    select key as name, jsonb_agg(distinct value) as values from machines, jsonb_each_text(facts)
    where health <> 'retired' group by key order by key`.execute(queries);
  return Object.fromEntries(result.rows.map(({ name, values }) => [name, values]));
}
