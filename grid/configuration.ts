import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Database } from "../db/connect.js";
import { recordAudit } from "../db/access/audit.js";
import { applyGridConfig, findGridConfig } from "../db/grid/grid-config.js";
import { notifyDispatch } from "../db/queue/dispatch-signal.js";
import { storeSource } from "../db/jobs/sources.js";
import { describeChanges } from "../domain/config/grid-changes.js";
import { parseGridFile } from "../domain/config/parse-grid.js";
import type { GridConfig, ServiceConfig } from "../domain/config/grid-file.js";
import { locatePaths, withSources } from "../source/grid-paths.js";
import { FileError } from "../domain/config/located-yaml.js";
import { parseSignatureFile, signatureFileOf, signaturesOf } from "../domain/config/signature-file.js";
import { sortOut } from "../db/jobs/signatures.js";
import { packGridTests } from "../source/pack-grid-tests.js";

const machineNames = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"];

/**
 * Reads grid.yaml. The paths of scripts and hooks become absolute. If the file names no machines, this names as many as
 * `machines` says. @throws FileError
 */
export function loadGridFile(file: string, machines: number): GridConfig {
  const parsed = readSignatureFile(parseGridFile(file, readText(file)), dirname(resolve(file)));
  const config = locatePaths(parsed, dirname(resolve(file)));
  if (Object.keys(config.machines).length === 0) {
    for (let index = 0; index < machines; index++)
      config.machines[machineNames[index] ?? `machine-${index + 1}`] = {
        slots: 1,
        facts: {},
        hooks: {},
        confine: true,
      };
  }
  return config;
}

/** Adds the signatures from the file that the configuration names. @throws FileError */
function readSignatureFile(config: GridConfig, folder: string): GridConfig {
  const named = signatureFileOf(config);
  if (named === null) return config;
  const file = resolve(folder, named);
  return { ...config, signatures: parseSignatureFile(file, readText(file)) };
}

/** The other files that grid.yaml refers to; none while it cannot be read. */
export function filesNamedIn(file: string): string[] {
  try {
    const named = signatureFileOf(parseGridFile(file, readText(file)));
    return named === null ? [] : [resolve(dirname(resolve(file)), named)];
  } catch {
    // Its mistakes are reported when it is loaded.
    return [];
  }
}

/**
 * Makes it the grid's configuration, with the sources of the tests that watch services. A signature that occurs in logs of
 * attempts that passed means nothing: it is left out and reported to `announce`.
 * @param file the file that it comes from; the audit records it with the changes
 * @throws SourceError, FileError
 */
export async function storeConfiguration(
  database: Database,
  given: GridConfig,
  file: string,
  announce: (line: string) => void,
): Promise<GridConfig> {
  const { good, refused } = await sortOut(database, signaturesOf(given));
  for (const line of refused) announce(line);
  const config = { ...given, signatures: good };
  const sources = await packGridTests(config);
  for (const source of sources) await storeSource(database, source);
  const complete = withSources(config, Object.fromEntries(sources.map(({ key, sourceHash }) => [key, sourceHash])));
  await database.transaction().execute(async (transaction) => {
    const before = await findGridConfig(transaction);
    await applyGridConfig(transaction, complete);
    const changes = before === undefined ? ["first applied"] : describeChanges(before, complete);
    if (changes.length > 0) await recordAudit(transaction, "grid.yaml", "apply", file, changes.join(", "));
    await notifyDispatch(transaction);
  });
  return complete;
}

/** The name under which a service that the grid starts gets its port. */
export const servicePort = (service: string): string => `service:${service}`;

/** Replaces `$PORT` with the ports of the services that the grid starts. */
export function withPorts(config: GridConfig, ports: Readonly<Record<string, number>>): GridConfig {
  const services = Object.entries(config.services).map(([name, service]) => {
    const text = JSON.stringify(service).replaceAll("$PORT", String(ports[servicePort(name)] ?? 0));
    return [name, JSON.parse(text) as ServiceConfig] as const;
  });
  return { ...config, services: Object.fromEntries(services) };
}

/** The services that the grid starts and stops itself. */
export function ownServicesOf(config: GridConfig): string[] {
  return Object.keys(config.services).filter((name) => config.services[name]?.start !== undefined);
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new FileError([{ file, line: 1, column: 1, message: `cannot be read: ${(error as Error).message}` }]);
  }
}
