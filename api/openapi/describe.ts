import type { z } from "./zod.js";

/** Adds an address to the document. */
export interface Describe {
  get: (
    path: string,
    summary: string,
    schema: z.ZodType,
    parameters?: { params?: z.ZodObject; query?: z.ZodObject },
  ) => void;
  change: (
    method: "post" | "put" | "delete",
    path: string,
    summary: string,
    status: number,
    schema: z.ZodType,
    parameters: { params?: z.ZodObject; body?: z.ZodType },
  ) => void;
}
