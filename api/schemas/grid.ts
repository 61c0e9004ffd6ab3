import { exclusionRule } from "../../domain/config/grid-file.js";
import { machineHealths, outcomes, serviceStates, severities, submissionStates } from "../../domain/states.js";
import { pauseView } from "./admin.js";
import { z } from "zod";

/** The grid and its queue, as the API shows them. */

export const queueView = z
  .object({
    states: z.record(z.string(), z.int()),
    submissions: z
      .array(
        z.object({
          submissionId: z.string(),
          project: z.string(),
          revision: z.string(),
          owner: z.string(),
          state: z.enum(submissionStates),
          reason: z.string().nullable(),
        }),
      )
      .meta({ description: "Submissions whose source is still to be fetched" }),
    classes: z.array(
      z.object({
        test: z.string(),
        requirements: z.array(z.string()),
        waiting: z.int(),
        reasons: z.array(z.object({ reason: z.string(), service: z.string().nullable(), text: z.string() })),
      }),
    ),
  })
  .meta({ id: "Queue" });

const serviceView = z.object({
  name: z.string(),
  state: z.enum(serviceStates),
  since: z.string(),
  detail: z.string(),
  own: z.boolean().meta({ description: "A part of the grid itself" }),
  cause: z.string().nullable().meta({ description: "The service that causes the problem of this one" }),
  release: z
    .int()
    .nullable()
    .meta({ description: "How many jobs may run at a time while it is released gradually; null if there is no limit" }),
  onMachines: z
    .record(z.string(), z.object({ state: z.enum(serviceStates), since: z.string(), detail: z.string() }))
    .nullable()
    .meta({ description: "The state on each machine, if each machine has or probes the service itself" }),
});

const machineView = z.object({
  name: z.string(),
  host: z.string(),
  slots: z.int(),
  facts: z.record(z.string(), z.string()),
  health: z.enum(machineHealths),
  online: z.boolean(),
  draining: z.boolean(),
  state: z.enum(["idle", "leased", "offline"]),
  jobs: z.array(z.object({ jobId: z.string(), test: z.string() })),
});

const currentPause = pauseView.omit({ endedAt: true, endedBy: true });

export const gridView = z
  .object({
    states: z.record(z.string(), z.int()),
    lastDay: z.record(z.string(), z.int()),
    services: z.array(serviceView),
    machines: z.array(machineView),
    exclusions: z.array(exclusionRule),
    pauses: z.array(currentPause),
    mailsDue: z.int(),
    mailsRefused: z.int().meta({ description: "Mails that some or all of their recipients will not get" }),
  })
  .meta({ id: "Grid" });

export const serviceAnswer = serviceView
  .extend({
    settings: z
      .object({
        probe: z.string().meta({ description: "What its probe checks" }),
        everyMs: z.int(),
        timeoutMs: z.int(),
        down: z.int().meta({ description: "Failed probes in a row after which it is down" }),
        up: z.int().meta({ description: "Good probes in a row after which it is up again" }),
        severity: z.enum(severities),
        dependsOn: z.array(z.string()),
        owner: z.string().nullable(),
        runbook: z.string().nullable(),
      })
      .nullable()
      .meta({ description: "As in grid.yaml; null for a part of the grid itself" }),
    neededBy: z.array(z.string()).meta({ description: "Services that depend on it" }),
    pauses: z.array(currentPause),
  })
  .meta({ id: "Service" });

export const machineAnswer = machineView
  .extend({
    services: z.array(
      z.object({ service: z.string(), state: z.enum(serviceStates), since: z.string(), detail: z.string() }),
    ),
    exclusions: z.array(exclusionRule).meta({ description: "Rules that keep tests off it" }),
    selections: z
      .array(z.object({ machines: z.string(), tests: z.string(), reason: z.string() }))
      .meta({ description: "Rules that reserve it for tests" }),
    pauses: z.array(currentPause),
    outcomes: z
      .partialRecord(z.enum(outcomes), z.int())
      .meta({ description: "Attempts of the last seven days, by how they ended" }),
  })
  .meta({ id: "Machine" });
