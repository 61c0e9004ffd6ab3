import type { Database } from "../../db/connect.js";
import { readGridView } from "../../db/grid/grid-view.js";
import { readTestNames } from "../../db/jobs/test-names.js";
import { readExclusions } from "../../db/queue/exclusions.js";
import { effectOf } from "../../domain/matching/rule-effect.js";

/** All rules that keep tests off machines, first those of grid.yaml, each with what it does now. */
export async function readRules(database: Database) {
  const [made, { config, machines, now }, tests] = await Promise.all([
    readExclusions(database),
    readGridView(database),
    readTestNames(database),
  ]);
  const fromFile = config.exclusions.map((rule) => ({ exclusionId: null, rule, author: "grid.yaml", createdAt: null }));
  return [...fromFile, ...made].map((each) => ({ ...each, ...effectOf(each.rule, machines, tests, now) }));
}
