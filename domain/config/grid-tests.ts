import type { GridConfig, ServiceConfig } from "./grid-file.js";
import type { TestSource } from "./probe-config.js";

/** A test that the grid itself runs. `key` names its place in grid.yaml. */
export interface GridTest {
  key: string;
  source: TestSource;
}

/** The tests that watch services, and those that are known to be good. */
export function gridTests({ services }: Pick<GridConfig, "services">): GridTest[] {
  return Object.entries(services).flatMap(([name, { probe, control }]) => [
    ...("test" in probe ? [{ key: `services.${name}.probe`, source: probe }] : []),
    ...(control === undefined ? [] : [{ key: `services.${name}.control`, source: control }]),
  ]);
}

/** The test of a service that is known to be good: that of `control`, else the one that watches it. */
export function knownGoodOf(service: ServiceConfig | undefined): { test: string; sourceHash: string } | undefined {
  if (service === undefined) return undefined;
  const { control, probe } = service;
  const named = control ?? ("test" in probe ? probe : undefined);
  return named?.sourceHash === undefined ? undefined : { test: named.test, sourceHash: named.sourceHash };
}
