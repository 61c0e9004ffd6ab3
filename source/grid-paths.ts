import { isAbsolute, join, resolve } from "node:path";
import type { GridConfig, ServiceConfig } from "../domain/config/grid-file.js";

/** Resolves every relative script, hook and source in a configuration against the folder of grid.yaml. */
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
  const { probe, control, start } = service;
  return {
    ...service,
    ...("script" in probe ? { probe: { script: locateCommand(folder, probe.script) } } : {}),
    ...("test" in probe ? { probe: { ...probe, source: resolve(folder, probe.source) } } : {}),
    ...(control === undefined ? {} : { control: { ...control, source: resolve(folder, control.source) } }),
    ...(start === undefined ? {} : { start: start.replaceAll("$GRID", folder) }),
  };
}

function locateCommand(folder: string, command: string): string {
  const [program = "", ...args] = command.split(" ");
  return program.startsWith("./") || program.startsWith("../")
    ? [isAbsolute(program) ? program : join(folder, program), ...args].join(" ")
    : command;
}

/** Adds the hashes of the stored sources of the grid's own tests. @param hashes by place in grid.yaml */
export function withSources(config: GridConfig, hashes: Readonly<Record<string, string>>): GridConfig {
  const known = (key: string) => (hashes[key] === undefined ? {} : { sourceHash: hashes[key] });
  const services = Object.entries(config.services).map(([name, service]) => {
    const { probe, control } = service;
    const located = {
      ...service,
      ...("test" in probe ? { probe: { ...probe, ...known(`services.${name}.probe`) } } : {}),
      ...(control === undefined ? {} : { control: { ...control, ...known(`services.${name}.control`) } }),
    };
    return [name, located] as const;
  });
  return { ...config, services: Object.fromEntries(services) };
}
