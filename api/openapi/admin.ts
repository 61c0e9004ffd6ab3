import {
  applyRequest,
  applyView,
  auditFilter,
  auditList,
  byRequest,
  drainRequest,
  exclusionList,
  exclusionMade,
  exclusionRequest,
  extendRequest,
  extendView,
  maintenanceRequest,
  outageRequest,
  overrideRequest,
  pauseList,
  pausePreview,
  pauseRequest,
  pauseView,
  resumeRequest,
  signatureCheckRequest,
  signatureCheckView,
} from "../schemas/admin.js";
import { downtimeFilter, downtimeView, outageFilter, outageList } from "../schemas/downtime.js";
import type { Describe } from "./describe.js";
import { z } from "./zod.js";

const byService = z.object({ service: z.string() });
const overridden = z.object({ service: z.string(), override: z.record(z.string(), z.string()).nullable() });

/** What admins ask of the API. */
export function describeAdmin({ get, change }: Describe): void {
  get("/pauses", "What is paused or planned", pauseList, { query: z.object({ past: z.coerce.number().optional() }) });
  change(
    "post",
    "/pauses",
    "Pause the grid, a service, a machine or a job; answers when the gate obeys. With `dryRun`: what it would hold",
    201,
    z.union([pauseView, pausePreview]),
    { body: pauseRequest },
  );
  change("post", "/pauses/resume", "End the pauses of a scope; answers when the gate obeys", 200, pauseList, {
    body: resumeRequest,
  });
  change("post", "/pauses/{pauseId}/cancel", "Take back one pause or window", 200, pauseView, {
    params: z.object({ pauseId: z.string() }),
    body: byRequest,
  });
  change("post", "/maintenance", "Plan a time that holds without alarm", 201, pauseView, { body: maintenanceRequest });
  change("post", "/services/{service}/override", "Overrule a probe for a time", 201, overridden, {
    params: byService,
    body: overrideRequest,
  });
  change("delete", "/services/{service}/override", "Believe the probe again", 200, overridden, {
    params: byService,
    body: byRequest,
  });
  change(
    "post",
    "/machines/{machine}/drain",
    "Let a machine take no more jobs, or again",
    200,
    z.object({ machine: z.string(), draining: z.boolean() }),
    {
      params: z.object({ machine: z.string() }),
      body: drainRequest,
    },
  );
  change("post", "/outages", "Record an outage that no probe saw", 201, z.object({ outageId: z.string() }), {
    body: outageRequest,
  });
  change("post", "/jobs/{jobId}/extend", "Give a job more hold budget", 200, extendView, {
    params: z.object({ jobId: z.string() }),
    body: extendRequest,
  });
  change("put", "/grid", "Apply a grid.yaml; a mistake is refused with its place", 200, applyView, {
    body: applyRequest,
  });
  change("post", "/signatures/check", "Look for signatures in logs of attempts that passed", 200, signatureCheckView, {
    body: signatureCheckRequest,
  });
  get("/exclusions", "Rules that keep tests off machines", exclusionList);
  change("post", "/exclusions", "Keep tests off machines", 201, exclusionMade, {
    body: exclusionRequest,
  });
  change("post", "/exclusions/{exclusionId}/cancel", "Take a rule back", 200, z.object({ exclusionId: z.string() }), {
    params: z.object({ exclusionId: z.string() }),
    body: byRequest,
  });
  get("/downtime", "Downtime of an interval, the last 7 days by default, and what it cost", downtimeView, {
    query: downtimeFilter,
  });
  get("/outages", "When what was down, the latest first", outageList, { query: outageFilter });
  get("/audit", "Who did what, and why: the latest first", auditList, { query: auditFilter });
}
