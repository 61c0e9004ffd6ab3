import type { GridConfig, ServiceConfig } from "./grid-file.js";
import type { TestSource } from "./probe-config.js";

/** A test that the grid itself runs. `key` names its place in grid.yaml. */
export interface GridTest {
  key: string;
  source: TestSource;
}

/** The tests that watch services, and the known-good tests. */
export function gridTests({ services }: Pick<GridConfig, "services">): GridTest[] {
  return Object.entries(services).flatMap(([name, { probe, control }]) => [
    ...("test" in probe ? [{ key: `services.${name}.probe`, source: probe }] : []),
    ...(control === undefined ? [] : [{ key: `services.${name}.control`, source: control }]),
  ]);
}

/**
 * The known-good test of a service: its `control`, else the test that watches it. Undefined if there is none with a stored
 * source.
 */
export function knownGoodOf(service: ServiceConfig | undefined): { test: string; sourceHash: string } | undefined {
  if (service === undefined) return undefined;
  const { control, probe } = service;
  const named = control ?? ("test" in probe ? probe : undefined);
  return named?.sourceHash === undefined ? undefined : { test: named.test, sourceHash: named.sourceHash };
}
