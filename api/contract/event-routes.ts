import { route } from "./route.js";

export const eventsRoutes = {
  followGrid: route(
    "GET",
    "/events",
    "viewer",
    200,
    "Live events of jobs, submissions, services, machines and pauses; kept for an hour for clients that reconnect",
    ["too-many-streams", "wrong-project"],
  ),
  followSubmission: route("GET", "/submissions/{submissionId}/events", "viewer", 200, "Live events of a submission", [
    "unknown-submission",
    "too-many-streams",
  ]),
  followJob: route("GET", "/jobs/{jobId}/events", "viewer", 200, "Live events of a job", [
    "unknown-job",
    "too-many-streams",
  ]),
  followLog: route("GET", "/jobs/{jobId}/log/events", "viewer", 200, "The log of an attempt, live, until its end", [
    "unknown-job",
    "too-many-streams",
  ]),
};

export const exportRoutes = {
  exportSubmission: route(
    "GET",
    "/submissions/{submissionId}/results",
    "viewer",
    200,
    "The results of a submission, as JSON or JUnit XML; aborted jobs are skipped there, never failed",
    ["unknown-submission"],
  ),
  readBadge: route(
    "GET",
    "/badges/{project}",
    "viewer",
    200,
    "The last result of a project, a branch or a test, as a picture (SVG)",
  ),
  readMetrics: route("GET", "/metrics", "viewer", 200, "Figures for Prometheus; also at /metrics"),
};
