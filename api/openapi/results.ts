import type { OpenAPIRegistry } from "@asteasolutions/zod-to-openapi";
import type { Describe } from "./describe.js";
import { artifactList, attemptView, failureList } from "../schemas/results.js";
import { z } from "./zod.js";

const jobId = z.string();

/** What tests came to, and the words for it. */
export function describeResults(registry: OpenAPIRegistry, { get }: Describe): void {
  get("/jobs/{jobId}/attempts/{number}", "One attempt with its subtests and evidence", attemptView, {
    params: z.object({ jobId, number: z.int() }),
  });
  get("/jobs/{jobId}/artifacts", "The files that a job's attempts left", artifactList, { params: z.object({ jobId }) });
  registry.registerPath({
    method: "get",
    path: "/jobs/{jobId}/artifacts/{attempt}/{path}",
    summary: "Download one file that an attempt left; slashes of the path stay as they are",
    request: { params: z.object({ jobId, attempt: z.int(), path: z.string() }) },
    responses: {
      200: {
        description: "The file, never to be shown by a browser",
        content: { "application/octet-stream": { schema: z.string().openapi({ format: "binary" }) } },
      },
    },
  });
  get("/failures", "The catalogue of failure identifiers", failureList);
  const schema = z.record(z.string(), z.unknown());
  get("/schemas/grid.json", "JSON Schema of grid.yaml", schema);
  get("/schemas/suite.json", "JSON Schema of holdfast.yaml", schema);
}
