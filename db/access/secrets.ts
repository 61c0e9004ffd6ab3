import { sql } from "kysely";
import { whyNoSecrets } from "../../domain/access/secrets.js";
import type { JobDefinition } from "../../domain/jobs/job-definition.js";
import { iso, type Queries } from "../connect.js";

/** A secret without its value. Times are ISO. */
export interface SecretView {
  project: string;
  name: string;
  updatedBy: string;
  updatedAt: string;
  /** Accurate to the minute; null if it was never used. */
  lastUsedAt: string | null;
}

/** Stores a secret of a project. Returns whether it is new. @param value encrypted */
export async function putSecret(
  queries: Queries,
  { project, name, value, by }: { project: string; name: string; value: Buffer; by: string },
): Promise<boolean> {
  const result = await sql<{ isNew: boolean }>`
    insert into secrets (project, name, value, updated_by) values (${project}, ${name}, ${value}, ${by})
    on conflict (project, name) do update set value = excluded.value, updated_by = excluded.updated_by, updated_at = now()
    returning xmax = 0 as is_new`.execute(queries);
  return result.rows[0]?.isNew === true;
}

/** Returns whether there was such a secret. */
export async function deleteSecret(queries: Queries, project: string, name: string): Promise<boolean> {
  const result = await sql`delete from secrets where project = ${project} and name = ${name}`.execute(queries);
  return Number(result.numAffectedRows ?? 0) > 0;
}

export async function readSecrets(queries: Queries): Promise<SecretView[]> {
  const result = await sql<SecretView>`
    select project, name, updated_by, ${iso("updated_at")} as "updatedAt", ${iso("last_used_at")} as "lastUsedAt"
    from secrets order by project, name`.execute(queries);
  return result.rows;
}

/** Which of these names are secrets of a project. */
async function namesOfSecrets(queries: Queries, project: string, names: readonly string[]): Promise<string[]> {
  const result = await sql<{ name: string }>`
    select name from secrets where project = ${project} and name = any(${names})`.execute(queries);
  return result.rows.map(({ name }) => name);
}

/** Why jobs cannot have the secrets that they name; undefined if they can. */
export async function whyJobsGetNoSecrets(
  queries: Queries,
  definitions: readonly Pick<JobDefinition, "secrets">[],
  { project, secretsOf }: { project: string; secretsOf: string | null },
): Promise<string | undefined> {
  const wanted = [...new Set(definitions.flatMap(({ secrets = [] }) => secrets))];
  if (wanted.length === 0) return undefined;
  const known = await namesOfSecrets(queries, project, wanted);
  return whyNoSecrets(wanted, { project, secretsOf, known });
}

/** Reads the encrypted values of secrets by name, for an attempt that may have them. Records their use. */
export async function takeSecrets(
  queries: Queries,
  project: string,
  names: readonly string[],
): Promise<Map<string, Buffer>> {
  const result = await sql<{ name: string; value: Buffer }>`
    with used as (
      update secrets set last_used_at = date_trunc('minute', now())
      where project = ${project} and name = any(${names}) and last_used_at is distinct from date_trunc('minute', now()))
    select name, value from secrets where project = ${project} and name = any(${names})`.execute(queries);
  return new Map(result.rows.map(({ name, value }) => [name, value]));
}

/** The project whose secrets the jobs of a submission may have; `*` for every project, null for none. */
export async function secretsOfJob(queries: Queries, jobId: string): Promise<string | null> {
  const result = await sql<{ secretsOf: string | null }>`
    select s.secrets_of from submissions s join jobs j on j.submission_id = s.submission_id where j.job_id = ${jobId}`.execute(
    queries,
  );
  return result.rows[0]?.secretsOf ?? null;
}
