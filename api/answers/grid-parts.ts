import type { Database } from "../../db/connect.js";
import { readGridConfig } from "../../db/grid/grid-config.js";
import { countOutcomes } from "../../db/reports/machine-figures.js";
import { probeText } from "../../domain/config/probe-text.js";
import { machinesUnder } from "../../domain/matching/exclusion.js";
import { matchesPattern } from "../../domain/requirements/pattern.js";
import { Problem } from "../requests/problem.js";
import { readParts } from "./grid-overview.js";

const figuresDays = 7;

/** One service with its settings. @throws Problem if no service has that name */
export async function readServiceAnswer(database: Database, name: string, project: string | null) {
  const [{ services, pauses }, config] = await Promise.all([readParts(database, project), readGridConfig(database)]);
  const service = services.find((each) => each.name === name);
  if (service === undefined) throw new Problem("unknown-service", `there is no service ${name}`);
  const settings = config.services[name];
  return {
    ...service,
    settings:
      settings === undefined
        ? null
        : {
            probe: probeText(settings.probe),
            everyMs: settings.every,
            timeoutMs: settings.timeout,
            down: settings.down,
            up: settings.up,
            severity: settings.severity,
            dependsOn: settings.dependsOn,
            owner: settings.owner ?? null,
            runbook: settings.runbook ?? null,
          },
    neededBy: Object.entries(config.services)
      .filter(([, { dependsOn }]) => dependsOn.includes(name))
      .map(([each]) => each),
    pauses: pauses.filter((pause) => pause.scope === "service" && pause.name === name),
  };
}

/** One machine with the rules for it and the outcomes of its attempts. @throws Problem if no machine has that name */
export async function readMachineAnswer(database: Database, name: string, project: string | null) {
  const [{ machines, services, pauses, exclusions }, { selections }, outcomes] = await Promise.all([
    readParts(database, project),
    readGridConfig(database),
    countOutcomes(database, name, figuresDays),
  ]);
  const machine = machines.find((each) => each.name === name);
  if (machine === undefined) throw new Problem("unknown-machine", `there is no machine ${name}`);
  return {
    ...machine,
    services: services.flatMap(({ name: service, onMachines }) => {
      const here = onMachines?.[name];
      return here === undefined ? [] : [{ service, ...here }];
    }),
    exclusions: exclusions.filter((rule) => machinesUnder(rule, [machine], new Date().toISOString()).length > 0),
    selections: selections.filter((rule) => matchesPattern(name, rule.machines)),
    pauses: pauses.filter((pause) => pause.scope === "machine" && pause.name === name),
    outcomes,
  };
}
