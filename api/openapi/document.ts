import { gridView, queueView } from "../schemas/grid.js";
import { OpenAPIRegistry, OpenApiGeneratorV31 } from "@asteasolutions/zod-to-openapi";
import { describeDelivery } from "./delivery.js";
import { describeAdmin } from "./admin.js";
import { describeDoubt } from "./doubts.js";
import { describeResults } from "./results.js";
import {
  jobFilter,
  jobList,
  jobView,
  problemView,
  submissionRequest,
  submissionView,
  whyView,
} from "../schemas/jobs.js";
import { z } from "./zod.js";

const byJob = z.object({ jobId: z.string() });
const json = (schema: z.ZodType) => ({ content: { "application/json": { schema } } });
const problem = { description: "What is wrong", content: { "application/problem+json": { schema: problemView } } };

type TailOf<T extends readonly unknown[]> = T extends [unknown, ...infer Tail] ? Tail : never;

/** The OpenAPI document of what people and clients use; what agents use is not part of the contract. */
export function openApiDocument(publicUrl: string) {
  const registry = new OpenAPIRegistry();
  const security = [{ token: [] }];
  registry.registerComponent("securitySchemes", "token", { type: "http", scheme: "bearer" });
  const get = (
    path: string,
    summary: string,
    schema: z.ZodType,
    parameters: { params?: z.ZodObject; query?: z.ZodObject } = {},
  ) =>
    registry.registerPath({
      method: "get",
      path,
      summary,
      request: parameters,
      responses: { 200: { description: summary, ...json(schema) }, default: problem },
    });
  const change = (
    method: "post" | "put" | "delete",
    path: string,
    summary: string,
    status: number,
    schema: z.ZodType,
    parameters: { params?: z.ZodObject; body?: z.ZodType },
  ) =>
    registry.registerPath({
      method,
      path,
      summary,
      security,
      request: {
        ...(parameters.params === undefined ? {} : { params: parameters.params }),
        ...(parameters.body === undefined ? {} : { body: json(parameters.body) }),
        ...(method === "post" ? { headers: z.object({ "Idempotency-Key": z.string().optional() }) } : {}),
      },
      responses: { [status]: { description: summary, ...json(schema) }, default: problem },
    });
  const post = (...[path, summary, status, schema, parameters]: TailOf<Parameters<typeof change>>) =>
    change("post", path, summary, status, schema, parameters);

  registry.registerPath({
    method: "put",
    path: "/sources",
    summary: "Upload a packed source (a gzipped tar)",
    security,
    request: { body: { content: { "application/gzip": { schema: z.string().openapi({ format: "binary" }) } } } },
    responses: {
      200: { description: "The hash to submit it by", ...json(z.object({ sourceHash: z.string() })) },
      default: problem,
    },
  });
  post("/submissions", "Submit a source for test", 201, submissionView, { body: submissionRequest });
  get("/submissions/{submissionId}", "A submission and its jobs", submissionView, {
    params: z.object({ submissionId: z.string() }),
  });
  post("/submissions/{submissionId}/cancel", "Cancel a submission that has no jobs yet", 202, submissionView, {
    params: z.object({ submissionId: z.string() }),
  });
  get("/jobs", "Jobs, newest first", jobList, { query: jobFilter });
  get("/jobs/{jobId}", "One job", jobView, { params: byJob });
  get("/jobs/{jobId}/why", "Why a job waits, is held, or got its verdict", whyView, { params: byJob });
  post("/jobs/{jobId}/cancel", "Cancel a job", 202, jobView, { params: byJob });
  post(
    "/jobs/{jobId}/skip-wait",
    "Confirm a failure now that waits because many tests began to fail together",
    202,
    jobView,
    {
      params: byJob,
    },
  );
  registry.registerPath({
    method: "get",
    path: "/jobs/{jobId}/log",
    summary: "The log of a job's last attempt, or of the one asked for",
    request: {
      params: byJob,
      query: z.object({ attempt: z.coerce.number().optional(), offset: z.coerce.number().optional() }),
    },
    responses: {
      200: {
        description: "Text; the header Holdfast-Next-Offset says where to go on",
        content: { "text/plain": { schema: z.string() } },
      },
      default: problem,
    },
  });
  get("/queue", "Who waits for what", queueView);
  get("/grid", "Machines, services and counts", gridView);
  get("/services", "The services that are watched", gridView.pick({ services: true }));
  get("/machines", "The machines and what they do", gridView.pick({ machines: true }));
  describeAdmin({ get, change });
  describeResults(registry, { get, change });
  describeDelivery({ get, change });
  describeDoubt({ get, change });
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: "3.1.0",
    info: {
      title: "Holdfast",
      version: "1",
      description: "A testgrid where a failure always means: your code is broken.",
    },
    servers: [{ url: `${publicUrl}/api/v1` }],
  });
}
