import { route } from "./route.js";

export const operationsRoutes = {
  listPauses: route("GET", "/pauses", "viewer", 200, "The current and planned pauses"),
  pause: route(
    "POST",
    "/pauses",
    "operator",
    201,
    "Pause the grid, a service, a machine or a job; answers when the pause is in effect. With `dryRun`: what it would hold",
    ["not-possible", "repeated-request", "gate-slow", "gate-unreachable"],
  ),
  resume: route("POST", "/pauses/resume", "operator", 200, "End the pauses of a scope; answers when they have ended", [
    "not-possible",
    "gate-slow",
    "gate-unreachable",
  ]),
  cancelPause: route("POST", "/pauses/{pauseId}/cancel", "operator", 200, "Cancel one pause or maintenance window", [
    "unknown-pause",
    "pause-ended",
  ]),
  planMaintenance: route(
    "POST",
    "/maintenance",
    "operator",
    201,
    "Plan a maintenance window, in which outages cause no alarm",
    ["not-possible"],
  ),
  overrideService: route(
    "POST",
    "/services/{service}/override",
    "operator",
    201,
    "Overrule the probe of a service for a time",
    ["unknown-service"],
  ),
  endOverride: route("DELETE", "/services/{service}/override", "operator", 200, "End the override of a probe", [
    "unknown-service",
  ]),
  drainMachine: route(
    "POST",
    "/machines/{machine}/drain",
    "operator",
    200,
    "Drain a machine, or let it take jobs again",
    ["unknown-machine"],
  ),
  recordOutage: route("POST", "/outages", "operator", 201, "Record an outage that no probe saw", ["unknown-service"]),
  applyGridFile: route("PUT", "/grid", "admin", 200, "Apply a grid.yaml; the error names the place of a mistake", [
    "wrong-grid-file",
    "wrong-suite-file",
  ]),
  checkSignatures: route(
    "POST",
    "/signatures/check",
    "operator",
    200,
    "Look for signatures in logs of attempts that passed",
    ["wrong-suite-file"],
  ),
  listExclusions: route("GET", "/exclusions", "viewer", 200, "Rules that keep tests off machines"),
  exclude: route("POST", "/exclusions", "operator", 201, "Keep tests off machines"),
  endExclusion: route(
    "POST",
    "/exclusions/{exclusionId}/cancel",
    "operator",
    200,
    "End a rule that keeps tests off machines",
    ["unknown-exclusion"],
  ),
};
