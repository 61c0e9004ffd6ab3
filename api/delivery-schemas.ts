import { mailWhens } from "../domain/mail-policy.js";
import { by } from "./admin-schemas.js";
import { z } from "./zod.js";

/** Who is told what. */

export const preferenceRequest = z
  .strictObject({
    when: z.enum(mailWhens).nullable().openapi({ description: "Of which jobs to tell; null forgets it" }),
    by,
  })
  .openapi("PreferenceRequest");
export const preferenceView = z
  .object({
    address: z.string(),
    when: z.enum(mailWhens).nullable().openapi({ description: "Null where suite files and submissions decide" }),
  })
  .openapi("Preference");
