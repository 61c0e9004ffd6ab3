import type { ComparisonSource } from "../../../db/jobs/comparison-runs.js";
import type { Queries } from "../../../db/connect.js";
import { readGridConfig } from "../../../db/grid/grid-config.js";
import { readSuiteText } from "../../../db/jobs/sources.js";
import { parseSuiteFile } from "../../../domain/config/suite-file.js";
import { knownGoodOf } from "../../../domain/config/grid-tests.js";
import { defineJobs } from "../../../domain/jobs/job-definition.js";

/** The known-good test of the first of these services that has one; undefined if none has. */
export async function knownGoodTest(
  queries: Queries,
  services: readonly string[],
): Promise<ComparisonSource | undefined> {
  const config = await readGridConfig(queries);
  for (const name of services) {
    const known = knownGoodOf(config.services[name]);
    if (known === undefined) continue;
    const text = await readSuiteText(queries, known.sourceHash);
    const [definition] = text === undefined ? [] : defineJobs(parseSuiteFile(text).value, [known.test]);
    if (definition === undefined) continue;
    const declared = [...new Set([...definition.require, `service:${name}`])];
    return {
      definition,
      requirements: declared.map((requirement) => ({ requirement, origin: "declared", chain: [] })),
      sourceHash: known.sourceHash,
      revision: known.sourceHash,
    };
  }
  return undefined;
}
