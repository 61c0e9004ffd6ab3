import { dataFolderFull, diskFull } from "./disk.js";
import type { Fault } from "./fault.js";
import { machineFaults } from "./machines.js";
import { outOfMemory } from "./memory.js";
import { processFaults } from "./processes.js";
import { serviceFaults } from "./services.js";
import { worldFaults } from "./world.js";

export const faults: readonly Fault[] = [
  ...worldFaults,
  ...serviceFaults,
  diskFull,
  dataFolderFull,
  outOfMemory,
  ...processFaults,
  ...machineFaults,
];
