import { claimRequest, falseAlarmsView, rulingRequest } from "../schemas/doubts.js";
import { downtimePageFilter } from "../schemas/downtime.js";
import type { Describe } from "./describe.js";
import { jobView } from "../schemas/jobs.js";
import { z } from "./zod.js";

const byJob = z.object({ jobId: z.string() });

/** What is asked of alarms that are in doubt. */
export function describeDoubt({ get, change }: Describe): void {
  change("post", "/jobs/{jobId}/not-my-code", "Say that a failure is not about the code", 201, jobView, {
    params: byJob,
    body: claimRequest,
  });
  change("post", "/jobs/{jobId}/not-my-code/answer", "Answer that, as an admin", 200, jobView, {
    params: byJob,
    body: rulingRequest,
  });
  get("/false-alarms", "How often an alarm was false, in the last 7 days by default", falseAlarmsView, {
    query: downtimePageFilter,
  });
}
