import { exclusionRule } from "../../domain/config/grid-file.js";
import { machineHealths, serviceStates, submissionStates } from "../../domain/states.js";
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

export const gridView = z
  .object({
    states: z.record(z.string(), z.int()),
    lastDay: z.record(z.string(), z.int()),
    services: z.array(
      z.object({
        name: z.string(),
        state: z.enum(serviceStates),
        since: z.string(),
        detail: z.string(),
        own: z.boolean().meta({ description: "A part of the grid itself" }),
        cause: z.string().nullable().meta({ description: "The service whose trouble explains this one's" }),
        release: z
          .int()
          .nullable()
          .meta({ description: "Jobs that may run at once while it is released; null when all may" }),
        onMachines: z
          .record(z.string(), z.object({ state: z.enum(serviceStates), since: z.string(), detail: z.string() }))
          .nullable()
          .meta({ description: "For a service that each machine has, or sees, for itself" }),
      }),
    ),
    machines: z.array(
      z.object({
        name: z.string(),
        host: z.string(),
        slots: z.int(),
        facts: z.record(z.string(), z.string()),
        health: z.enum(machineHealths),
        online: z.boolean(),
        draining: z.boolean(),
        state: z.enum(["idle", "leased", "offline"]),
        jobs: z.array(z.object({ jobId: z.string(), test: z.string() })),
      }),
    ),
    exclusions: z.array(exclusionRule),
    pauses: z.array(pauseView.omit({ endedAt: true, endedBy: true })),
    mailsDue: z.int(),
    mailsRefused: z.int().meta({ description: "Mails that some or all of their recipients will not get" }),
  })
  .meta({ id: "Grid" });
