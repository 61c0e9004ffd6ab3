import type { ProbeConfig } from "../../../domain/config/probe-config.js";
import { gridFile, type ServiceConfig } from "../../../domain/config/grid-file.js";

/** The parts of the grid that are watched like services, so that their gaps show in the report. */
export const selfServices = {
  control: "grid/control",
  temporal: "grid/temporal",
  database: "grid/database",
  relay: "grid/relay",
  disk: "grid/disk",
} as const;

/** How often the grid probes its own parts. */
export const selfProbeEveryMs = 5_000;

/** The definition of a part of the grid, as in grid.yaml. */
export function selfServiceDefinition(probe: ProbeConfig): ServiceConfig {
  const part = { probe: { tcp: "part:1" }, every: `${selfProbeEveryMs}ms`, timeout: "3s", down: 3, up: 1 };
  // Not parsed like the file: an IPv6 address has more colons.
  return { ...gridFile.parse({ services: { part } }).services["part"]!, probe };
}
