import { sql } from "kysely";
import { type Exclusion, rulesFor } from "../../domain/matching/exclusion.js";
import type { GridConfig } from "../../domain/config/grid-file.js";
import { heldGapsOf } from "../../domain/config/code-gaps.js";
import { gapOf, type JobClass } from "../../domain/matching/eligibility.js";
import type { CodeGap } from "../../domain/requirements/requirement.js";
import { codeGap } from "../jobs/jobs.js";
import type { Variant } from "../../domain/jobs/variant.js";
import { iso, type Queries, toJson } from "../connect.js";
import { className, joinWithStaleReasons } from "./waiters.js";

/** A rule that an admin added while the grid was running. Rules of grid.yaml are not stored here. */
export interface ExclusionRecord {
  exclusionId: string;
  rule: Exclusion;
  author: string;
  createdAt: string;
}

export async function readExclusions(queries: Queries): Promise<ExclusionRecord[]> {
  const result = await sql<ExclusionRecord>`
    select exclusion_id, rule, author, ${iso("created_at")} as "createdAt" from exclusions
    where ended_at is null order by created_at`.execute(queries);
  return result.rows;
}

export async function insertExclusion(queries: Queries, exclusion: Omit<ExclusionRecord, "createdAt">): Promise<void> {
  const { exclusionId, rule, author } = exclusion;
  await sql`insert into exclusions (exclusion_id, rule, author) values (${exclusionId}, ${toJson(rule)}, ${author}) on conflict do nothing`.execute(
    queries,
  );
}

/** Returns whether there was such a rule. */
export async function endExclusion(queries: Queries, exclusionId: string, by: string): Promise<boolean> {
  const result =
    await sql`update exclusions set ended_at = now(), ended_by = ${by} where exclusion_id = ${exclusionId} and ended_at is null`.execute(
      queries,
    );
  return Number(result.numAffectedRows ?? 0) > 0;
}

/** Moves waiters whose rules have changed to another class. */
export async function reclassify(queries: Queries, config: GridConfig): Promise<void> {
  const added = (await readExclusions(queries)).map(({ rule }) => rule);
  const exclusions = [...(config.exclusions as Exclusion[]), ...added];
  const groups = await sql<{
    test: string;
    variant: Variant;
    class: string;
    owner: string;
    gap: CodeGap | null;
    definition: JobClass;
  }>`
    select distinct j.test, j.variant, w.class, w.submitter as owner, ${codeGap} as gap, c.definition
    from waiters w join jobs j using (job_id) join submissions s using (submission_id) join classes c using (class)`.execute(
    queries,
  );
  const heldGaps = heldGapsOf(config);
  for (const { test, variant, class: former, owner, gap, definition } of groups.rows) {
    const { codeGap: _former, ...others } = definition;
    const rules = rulesFor(test, variant, exclusions, config.selections);
    const jobClass: JobClass = { ...others, rules, ...gapOf(gap, heldGaps) };
    const name = className(jobClass, owner);
    if (name === former) continue;
    await joinWithStaleReasons(queries, name, jobClass);
    await sql`update waiters set class = ${name} from jobs j join submissions s using (submission_id) where j.job_id = waiters.job_id and waiters.class = ${former} and j.test = ${test} and j.variant = ${toJson(variant)}
      and ${codeGap} is not distinct from ${gap}::text`.execute(queries);
  }
}
