import { readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { cruise, type ICruiseResult } from "dependency-cruiser";
import { packageRoot } from "../../grid/package-root.js";

const folders = [
  "domain",
  "workflows",
  "activities",
  "workers",
  "analysis",
  "library",
  "mail",
  "db",
  "api",
  "client",
  "cli",
  "dashboard",
  "grid",
  "source",
  "probes",
  "bench",
];
/** The folders that each folder may import besides itself. */
const allowed: Record<string, string[]> = {
  domain: [],
  source: ["domain"],
  probes: ["domain"],
  library: [],
  analysis: ["domain", "source"],
  db: ["domain"],
  mail: ["domain"],
  dashboard: ["domain"],
  workflows: ["domain"],
  client: ["domain", "api"],
  activities: ["domain", "db", "mail", "analysis", "probes", "source", "client", "workflows"],
  api: ["domain", "db", "mail", "source", "workflows", "dashboard", "workers"],
  workers: ["domain", "db", "activities", "client", "workflows", "probes", "source"],
  grid: ["domain", "db", "probes", "source", "workflows", "dashboard", "workers"],
  cli: ["domain", "client", "analysis", "source", "grid", "db"],
  bench: ["analysis", "client", "grid", "source", "workers", "workflows", "domain", "probes"],
};
const recursive = "^analysis/(python|typescript)/";
/** What browsers run. */
const script = "^dashboard/client/";
const source = (pattern: string) => `^(${pattern})/`;

describe("imports", () => {
  test("flow one way, without cycles", async () => {
    const forbidden = [
      { name: "no cycles", severity: "error" as const, from: { pathNot: recursive }, to: { circular: true } },
      // The parts of a reader call each other because syntax is nested. They may import each other's types, but no values.
      {
        name: "no cycles at run time",
        severity: "error" as const,
        from: { path: recursive },
        to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
      },
      ...folders.map((folder) => ({
        name: `${folder} imports only what it may`,
        severity: "error" as const,
        from: { path: source(folder), pathNot: script },
        to: { path: source(folders.join("|")), pathNot: source([folder, ...(allowed[folder] ?? [])].join("|")) },
      })),
      {
        name: "the page's script imports only the page, the domain and the requests of the client",
        severity: "error" as const,
        from: { path: script },
        to: { path: source(folders.join("|")), pathNot: "^(dashboard|domain)/|^client/(requests|bytes)[.]" },
      },
      {
        name: "client takes only the table of routes, and types, from the API",
        severity: "error" as const,
        from: { path: "^client/" },
        to: {
          path: "^api/",
          pathNot:
            "^api/contract/(route|routes|job-routes|grid-routes|operation-routes|mail-routes|token-routes|trigger-routes|agent-routes)[.]",
          dependencyTypesNot: ["type-only"],
        },
      },
      {
        name: "only composition roots of the API start workers' parts",
        severity: "error" as const,
        from: { path: "^api/", pathNot: "^api/main" },
        to: { path: "^workers/" },
      },
      {
        name: "only db/ writes SQL",
        severity: "error" as const,
        from: { path: "^", pathNot: "^(db|test|bench)/" },
        to: { path: "node_modules/kysely" },
      },
      {
        name: "workflows are free of Node",
        severity: "error" as const,
        from: { path: "^workflows/" },
        to: { dependencyTypes: ["core" as const] },
      },
      {
        name: "the domain is free of Node",
        severity: "error" as const,
        from: { path: "^domain/" },
        to: { dependencyTypes: ["core" as const] },
      },
    ];
    const result = await cruise(folders, {
      ruleSet: { forbidden },
      validate: true,
      tsPreCompilationDeps: true,
      baseDir: packageRoot,
      exclude: "node_modules",
      doNotFollow: "node_modules",
      enhancedResolveOptions: { extensions: [".ts", ".tsx", ".mjs", ".js"] },
    } as never);
    const { summary } = result.output as ICruiseResult;
    expect(summary.totalCruised).toBeGreaterThan(100);
    expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
  });

  test("only composition roots read the environment or end the process", () => {
    const roots =
      /^(workers\/(process\/environment|agent\/main|control\/main)|api\/main|cli\/program|grid\/(inbox\/main|guard\/(main|inside)|setup\/|temporal-server|postgres|provided-service-process)|bench\/|library\/|source\/fetch\/proxy-connect|activities\/agent\/attempt\/environment)/;
    const offenders = allFiles(packageRoot, folders).filter(
      (file) =>
        !roots.test(file) && /process\.(env\[|env\.|exit\()/.test(readFileSync(join(packageRoot, file), "utf8")),
    );
    expect(offenders).toEqual([]);
  });

  test("no file is longer than 250 lines, and none has a name that says nothing", () => {
    const files = allFiles(packageRoot, [...folders, "test"]);
    expect(files.length).toBeGreaterThan(100);
    expect(files.filter((file) => readFileSync(join(packageRoot, file), "utf8").split("\n").length > 251)).toEqual([]);
    expect(files.filter((file) => /(^|\/)(utils?|helpers?|common|misc|types|manager|base)\.\w+$/.test(file))).toEqual(
      [],
    );
  });
});

test("the workflow bundle needs none of Node's built-in modules", () => {
  const code = readFileSync(join(packageRoot, "dist/workflows/bundle.cjs"), "utf8").split("//# sourceMappingURL")[0]!;
  const { builtinModules } = createRequire(import.meta.url)("node:module") as { builtinModules: string[] };
  const needed = [...code.matchAll(/require\("(?:node:)?([\w/]+)"\)/g)]
    .map(([, name]) => name!)
    .filter((name) => builtinModules.includes(name));
  expect(needed).toEqual([]);
});

function allFiles(root: string, tops: readonly string[]): string[] {
  const visit = (path: string): string[] =>
    statSync(join(root, path)).isDirectory()
      ? readdirSync(join(root, path)).flatMap((name) => visit(`${path}/${name}`))
      : /\.(ts|tsx|mjs)$/.test(path)
        ? [path]
        : [];
  return tops.flatMap(visit);
}
