import { isAbsolute, join, resolve } from "node:path";
import type { GridConfig, ServiceConfig } from "./grid-file.js";

/** The same configuration with every relative script, hook and source found from the folder of grid.yaml. */
export function locatePaths(config: GridConfig, folder: string): GridConfig {
  const services = Object.entries(config.services).map(
    ([name, service]) => [name, locateService(service, folder)] as const,
  );
  const machines = Object.entries(config.machines).map(([name, machine]) => {
    const { provision } = machine.hooks;
    const hooks = provision === undefined ? machine.hooks : { provision: locateCommand(folder, provision) };
    return [name, { ...machine, hooks }] as const;
  });
  return { ...config, services: Object.fromEntries(services), machines: Object.fromEntries(machines) };
}

function locateService(service: ServiceConfig, folder: string): ServiceConfig {
  const { probe, start } = service;
  return {
    ...service,
    ...("script" in probe ? { probe: { script: locateCommand(folder, probe.script) } } : {}),
    ...("test" in probe ? { probe: { ...probe, source: resolve(folder, probe.source) } } : {}),
    ...(start === undefined ? {} : { start: start.replaceAll("$GRID", folder) }),
  };
}

function locateCommand(folder: string, command: string): string {
  const [program = "", ...args] = command.split(" ");
  return program.startsWith("./") || program.startsWith("../")
    ? [isAbsolute(program) ? program : join(folder, program), ...args].join(" ")
    : command;
}

/** With the hashes under which the sources of monitoring tests are stored. */
export function withSources(config: GridConfig, hashes: Readonly<Record<string, string>>): GridConfig {
  const services = Object.entries(config.services).map(([name, service]) => {
    const sourceHash = hashes[name];
    if (!("test" in service.probe) || sourceHash === undefined) return [name, service] as const;
    return [name, { ...service, probe: { ...service.probe, sourceHash } }] as const;
  });
  return { ...config, services: Object.fromEntries(services) };
}

/** What is different in another edition of grid.yaml, in words; empty if nothing is. */
export function describeChanges(before: GridConfig, after: GridConfig): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])] as (keyof GridConfig)[];
  return keys.flatMap((key) => {
    if (key === "services" || key === "machines") return changedItems(key, before[key], after[key]);
    return JSON.stringify(before[key]) === JSON.stringify(after[key]) ? [] : [`${key} changed`];
  });
}

function changedItems(key: string, before: Record<string, unknown>, after: Record<string, unknown>): string[] {
  const kind = key.slice(0, -1);
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) => {
    if (!(name in before)) return [`${kind} ${name} added`];
    if (!(name in after)) return [`${kind} ${name} removed`];
    return JSON.stringify(before[name]) === JSON.stringify(after[name]) ? [] : [`${kind} ${name} changed`];
  });
}
