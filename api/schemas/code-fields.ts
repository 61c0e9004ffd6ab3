import { z } from "zod";

/** The calls that lead from a test to the code that requires something. */
const chainView = z.array(z.object({ name: z.string(), file: z.string(), line: z.int() }));

/** What a job requires, and what else was found in its code. */
export const codeFields = {
  requirements: z.array(
    z.object({
      requirement: z.string(),
      origin: z.enum(["declared", "discovered"]),
      chain: chainView,
    }),
  ),
  analysis: z
    .object({
      notUnderstood: z.array(z.object({ file: z.string(), line: z.int(), reason: z.string() })),
      unread: z.string().nullable().meta({ description: "Why no code was read; null if some was" }),
      waived: z.array(z.object({ requirement: z.string(), reason: z.string(), chain: chainView })),
    })
    .nullable()
    .meta({ description: "What else was found in its code; null until the code is read" }),
  use: z
    .object({
      notRequired: z
        .array(z.string())
        .meta({ description: "Services that its runs used, but that are neither declared nor found in its code" }),
      notUsed: z.array(z.string()).meta({ description: "Services found in its code that no run used" }),
      others: z.array(z.string()).meta({ description: "Other addresses that its runs connected to, as host:port" }),
      isComplete: z.boolean().meta({ description: "Whether every connection was seen; else they were sampled" }),
      suggestion: z
        .string()
        .nullable()
        .meta({ description: "A line for the suite file that declares what is missing" }),
    })
    .nullable()
    .meta({ description: "Its services compared with those that its runs used; null if no run was observed" }),
  recommend: z.array(z.string()).meta({ description: "What the test can use but does not need" }),
};
