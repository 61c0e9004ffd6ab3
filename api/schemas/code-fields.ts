import { z } from "zod";

/** The calls that lead from a test to what requires something. */
const chainView = z.array(z.object({ name: z.string(), file: z.string(), line: z.int() }));

/** What a job requires, and what reading its code found besides. */
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
    .meta({ description: "What reading its code found besides requirements; null while it has not been read" }),
  recommend: z.array(z.string()).meta({ description: "What the test can use but does not need" }),
};
