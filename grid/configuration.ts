import { readFileSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import type { GridConfig, ServiceConfig } from "../domain/files/grid-file.js";
import { FileError } from "../domain/files/located-yaml.js";
import { parseGridFile } from "../domain/files/grid-file.js";

const machineNames = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"];

/** Reads grid.yaml. Scripts and hooks become absolute; where it names no machines, `machines` of them get names. @throws FileError */
export function loadGridFile(file: string, machines: number): GridConfig {
  const config = parseGridFile(file, readText(file));
  const folder = dirname(resolve(file));
  for (const service of Object.values(config.services)) {
    if ("script" in service.probe) service.probe.script = located(folder, service.probe.script);
    if ("test" in service.probe) service.probe.source = resolve(folder, service.probe.source);
    if (service.start !== undefined) service.start = service.start.replaceAll("$GRID", folder);
  }
  for (const machine of Object.values(config.machines)) {
    if (machine.hooks.provision !== undefined) machine.hooks.provision = located(folder, machine.hooks.provision);
  }
  if (Object.keys(config.machines).length === 0) {
    for (let index = 0; index < machines; index++)
      config.machines[machineNames[index] ?? `machine-${index + 1}`] = { slots: 1, facts: {}, hooks: {} };
  }
  return config;
}

/** Puts the port that a service of the grid's own got in place of `$PORT`. */
export function withPort(service: ServiceConfig, port: number): ServiceConfig {
  return JSON.parse(JSON.stringify(service).replaceAll("$PORT", String(port))) as ServiceConfig;
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new FileError([{ file, line: 1, column: 1, message: `cannot be read: ${(error as Error).message}` }]);
  }
}

function located(folder: string, command: string): string {
  const [program = "", ...args] = command.split(" ");
  return program.startsWith("./") || program.startsWith("../")
    ? [isAbsolute(program) ? program : join(folder, program), ...args].join(" ")
    : command;
}
