import type { Exclusion, Selection } from "./exclusion.js";
import type { CodeGap } from "../requirements/requirement.js";
import type { PauseView } from "../holds/pause.js";
import type { Place } from "./placement.js";
import type { MachineHealth, ServiceState } from "../states.js";

/** What matching knows about a machine. `facts` are texts such as `os: fedora-41`, `memory: 8GiB`. */
export interface MachineView extends Place {
  slots: number;
  facts: Record<string, string>;
  health: MachineHealth;
  online: boolean;
  draining: boolean;
}

export interface ServiceView {
  name: string;
  state: ServiceState;
  /** ISO time since which the service is in this state. */
  since: string;
  detail: string;
  /** Whether it is a part of the grid itself. */
  own: boolean;
  /** The service whose problem explains this one's. */
  cause: string | null;
  /** How many jobs that need it may run at once, while it is being released after an outage; null when all may. */
  release: number | null;
  /** The state on each machine, if each machine has or sees the service for itself. Null if it is watched once for all. */
  onMachines: Record<string, { state: ServiceState; since: string; detail: string }> | null;
}

/** Everything that decides where jobs can run, at one moment. */
export interface GridView {
  now: string;
  services: ServiceView[];
  machines: MachineView[];
  exclusions: Exclusion[];
  selections: Selection[];
  /** Jobs whose code was read with one of these gaps are held. */
  heldGaps: CodeGap[];
  /** Pauses and maintenance windows that hold now. */
  pauses: PauseView[];
}
