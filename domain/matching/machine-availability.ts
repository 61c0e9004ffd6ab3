import type { FailureIdentifier } from "../failures/failures.js";
import type { GridView, MachineView } from "./grid-view.js";
import type { PauseView } from "../holds/pause.js";

/** Why a job cannot run now. `service` is set where a service is the reason; `text` is for people. */
export interface HoldReason {
  reason: FailureIdentifier;
  service: string | null;
  text: string;
}

/** The pauses that stop jobs of a class: those of the grid, of the job itself, or of a service that it needs. */
export function pauseReasons(
  { jobId }: { jobId?: string },
  services: readonly string[],
  grid: Pick<GridView, "pauses">,
): HoldReason[] {
  return grid.pauses.flatMap((pause) => {
    const concerns =
      pause.scope === "grid" ||
      (pause.scope === "job" && pause.name === jobId) ||
      (pause.scope === "service" && services.includes(pause.name));
    if (!concerns) return [];
    const what = pause.scope === "grid" ? "the grid" : pause.scope === "job" ? "this job" : `service ${pause.name}`;
    return [
      {
        reason: reasonOf(pause),
        service: pause.scope === "service" ? pause.name : null,
        text: describePause(what, pause),
      },
    ];
  });
}

/** Why a service that is watched once for all keeps a job from running; nothing if it does not. */
export function serviceReason(name: string, grid: Pick<GridView, "services">): HoldReason[] {
  const service = grid.services.find((candidate) => candidate.name === name);
  if (service?.onMachines != null) return [];
  const state = service?.state ?? "unknown";
  // `pauseReasons` reports a planned maintenance.
  if (state === "up" || state === "degraded" || state === "maintenance") return [];
  const since = service === undefined ? "" : ` since ${service.since}`;
  const detail = service === undefined || service.detail === "" ? "" : ` (${service.detail})`;
  const cause = service?.cause == null ? "" : `, because ${service.cause} is down`;
  return [
    {
      reason: state === "unknown" ? "infra/service-unknown" : "infra/service-down",
      service: name,
      text: `service ${name} is ${state}${since}${cause}${detail}`,
    },
  ];
}

/** The value of the fact `confinement` on a machine whose agent is root but cannot run tests with fewer rights. */
export const brokenConfinement = "broken";

/** Why a machine that a job may use cannot take it now; undefined if it can. A pause counts only if there is no other reason. */
export function unfitness(machine: MachineView, services: readonly string[], grid: GridView): HoldReason | undefined {
  const away = (text: string): HoldReason => ({ reason: "infra/no-machine", service: null, text });
  if (!machine.online) return away("offline");
  if (machine.draining) return away("draining");
  if (machine.health !== "good" && machine.health !== "unknown") return away(machine.health);
  if (machine.facts["confinement"] === brokenConfinement)
    return away(`unable to confine tests (${machine.facts["unconfined"] ?? "no reason given"})`);
  for (const { name, onMachines } of grid.services) {
    if (onMachines === null || !services.includes(name)) continue;
    const { state, since, detail } = onMachines[machine.name] ?? { state: "unknown", since: "", detail: "" };
    if (state === "up" || state === "degraded") continue;
    const text = `without ${name}, which is ${state} there${since === "" ? "" : ` since ${since}`}${detail === "" ? "" : ` (${detail})`}`;
    return { reason: state === "unknown" ? "infra/service-unknown" : "infra/service-down", service: name, text };
  }
  const pause = grid.pauses.find(({ scope, name }) => scope === "machine" && name === machine.name);
  return pause === undefined ? undefined : { reason: reasonOf(pause), service: null, text: describePause("", pause) };
}

/** One reason for all machines that are allowed but not available: the one that is likely to end first. */
export function noneFit(unfit: ReadonlyMap<string, HoldReason | undefined>): HoldReason {
  const objections = [...unfit].flatMap(([machine, reason]) => (reason === undefined ? [] : [{ machine, reason }]));
  const rank = ({ reason }: HoldReason) =>
    reason.startsWith("admin/") ? 0 : reason === "infra/service-down" ? 1 : reason === "infra/service-unknown" ? 2 : 3;
  const [nearest] = objections.map(({ reason }) => reason).sort((left, right) => rank(left) - rank(right));
  const states = objections.map(({ machine, reason }) => `${machine} is ${reason.text}`).join(", ");
  return {
    reason: nearest?.reason ?? "infra/no-machine",
    service: nearest?.service ?? null,
    text: `no matching machine is available: ${states}`,
  };
}

function reasonOf({ kind }: PauseView): FailureIdentifier {
  return kind === "pause" ? "admin/paused" : "admin/maintenance";
}

function describePause(what: string, { kind, since, until, author, reason }: PauseView): string {
  const how = kind === "pause" ? "paused" : "in maintenance";
  const end = until === null ? "" : `, until ${until}`;
  return `${what === "" ? "" : `${what} is `}${how} since ${since}${end}, by ${author}: ${reason}`;
}
