import { z } from "zod";
import { roles } from "../../domain/access/roles.js";

/** Who the caller is, and whether the grid can take requests. */

export const sessionView = z
  .object({
    tokenId: z.string(),
    name: z.string(),
    role: z.enum(roles),
    address: z.string().nullable(),
    project: z.string().nullable(),
  })
  .meta({ id: "Session" });

export const signInLinkView = z.object({ url: z.string(), expiresAt: z.iso.datetime() }).meta({ id: "SignInLink" });

export const readinessView = z
  .object({ database: z.literal("up"), temporal: z.literal("up") })
  .meta({ id: "Readiness" });
