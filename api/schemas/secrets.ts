import { z } from "zod";
import { secretName } from "../../domain/config/fields.js";
import { by } from "./admin.js";

/** Secrets of projects: values that their tests get in the environment. */

const time = z.iso.datetime();

export const secretRequest = z
  .strictObject({
    value: z.string().min(8, "a secret has at least 8 characters: shorter ones cannot be masked").max(64_000),
    by,
  })
  .meta({ id: "SecretRequest" });

export const secretParams = z.object({ project: z.string(), name: secretName });

export const secretView = z.object({ project: z.string(), name: z.string() }).meta({ id: "SecretName" });

export const secretList = z
  .object({
    secrets: z.array(
      z.object({
        project: z.string(),
        name: z.string(),
        updatedBy: z.string(),
        updatedAt: time,
        lastUsedAt: time.nullable().meta({ description: "When a test got it, to the minute; null for never" }),
      }),
    ),
  })
  .meta({ id: "Secrets" });
