import { dependencyCycle } from "../health/service-graph.js";
import { matchesPattern } from "../requirements/pattern.js";
import { parseScope } from "../holds/pause.js";
import { type GridConfig, gridFile, isWatchedByMachines } from "./grid-file.js";
import { FileError, type FileMistake, type LocatedFile, parseLocatedYaml } from "./located-yaml.js";
import { placeSignatures } from "./signature-file.js";

/** Parses grid.yaml. @throws FileError with the mistakes and their places, including unknown names */
export function parseGridFile(file: string, text: string): GridConfig {
  const located = parseLocatedYaml(file, text, gridFile, (place) => place.at(-2) === "facts");
  const mistakes = mistakesIn(located);
  if (mistakes.length > 0) throw new FileError(mistakes);
  return placeSignatures(located);
}

/** Mistakes in a well-formed grid.yaml: unknown names, cycles, windows that end before they begin, wrong probes. */
function mistakesIn(located: Located): FileMistake[] {
  return [
    ...unknownMachines(located),
    ...wrongDependencies(located),
    ...wrongWindows(located),
    ...wrongProbes(located),
  ];
}

type Located = LocatedFile<GridConfig>;

function unknownMachines(located: Located): FileMistake[] {
  const { value } = located;
  const names = Object.keys(value.machines);
  const isKnown = (pattern: string) => names.length === 0 || names.some((name) => matchesPattern(name, pattern));
  return (["exclusions", "selections"] as const).flatMap((key) =>
    value[key].flatMap((rule, index) =>
      rule.machines === undefined || isKnown(rule.machines)
        ? []
        : [
            located.mistakeAt(
              [key, index, "machines"],
              `no machine of this grid is called "${rule.machines}"; it has ${names.join(", ")}`,
            ),
          ],
    ),
  );
}

function wrongDependencies(located: Located): FileMistake[] {
  const { value } = located;
  const known = Object.keys(value.services);
  const unknown = Object.entries(value.services).flatMap(([name, { dependsOn }]) =>
    dependsOn.flatMap((other, index) =>
      known.includes(other)
        ? []
        : [
            located.mistakeAt(
              ["services", name, "dependsOn", index],
              `no service of this grid is called "${other}"; it has ${known.join(", ")}`,
            ),
          ],
    ),
  );
  const cycle = dependencyCycle(
    Object.fromEntries(Object.entries(value.services).map(([name, { dependsOn }]) => [name, dependsOn])),
  );
  if (cycle === undefined) return unknown;
  return [
    ...unknown,
    located.mistakeAt(["services", cycle[0]!, "dependsOn"], `goes round in a circle: ${cycle.join(" → ")}`),
  ];
}

function wrongWindows(located: Located): FileMistake[] {
  const { value } = located;
  return value.maintenance.flatMap(({ scope: text, from, until }, index) => {
    const mistakes: FileMistake[] = [];
    if (until <= from) mistakes.push(located.mistakeAt(["maintenance", index, "until"], "is not later than `from`"));
    const { scope, name } = parseScope(text);
    const names = Object.keys(scope === "service" ? value.services : scope === "machine" ? value.machines : {});
    if (scope === "job")
      mistakes.push(
        located.mistakeAt(["maintenance", index, "scope"], "maintenance is for the grid, a service or a machine"),
      );
    else if (scope !== "grid" && names.length > 0 && !names.includes(name))
      mistakes.push(
        located.mistakeAt(
          ["maintenance", index, "scope"],
          `this grid has no ${scope} "${name}"; it has ${names.join(", ")}`,
        ),
      );
    return mistakes;
  });
}

function wrongProbes(located: Located): FileMistake[] {
  const { value } = located;
  const reserved = Object.keys(value.services)
    .filter((name) => /^(grid|machine)\//.test(name))
    .map((name) =>
      located.mistakeAt(
        ["services", name],
        "names that begin with grid/ or machine/ are reserved for parts of the grid itself",
      ),
    );
  const asTests = Object.entries(value.services).flatMap(([name, service]) =>
    "test" in service.probe && isWatchedByMachines(service)
      ? [
          located.mistakeAt(
            ["services", name, "probe"],
            "a test runs as a job, wherever a machine is free; agents cannot run it as a probe",
          ),
        ]
      : [],
  );
  return [...reserved, ...asTests];
}
