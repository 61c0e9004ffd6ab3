import { route } from "./route.js";

/** The errors of routes about an attempt that has begun. */
const ofAttempt = ["not-yours", "stale-lease", "wrong-secret"] as const;

export const agentsRoutes = {
  downloadSource: route("GET", "/sources/{sourceHash}", "agent", 200, "Download a stored source", ["unknown-source"]),
  reportMachine: route(
    "POST",
    "/machines/{machine}/reports",
    "agent",
    200,
    "Report a machine's facts, leases and services; the answer has its orders",
    ["not-yours", "unknown-machine"],
  ),
  startAttempt: route(
    "POST",
    "/leases/{leaseId}/start",
    "agent",
    200,
    "Begin the attempt of a lease; the answer says what to run",
    ["not-yours", "stale-lease"],
  ),
  enterTest: route("POST", "/leases/{leaseId}/test", "agent", 200, "Say that the test itself begins", ofAttempt),
  appendLog: route("POST", "/leases/{leaseId}/log", "agent", 204, "Append to the log of an attempt", [
    ...ofAttempt,
    "log-too-large",
  ]),
  declareArtifacts: route(
    "POST",
    "/leases/{leaseId}/artifacts",
    "agent",
    204,
    "Say which files of an attempt will be uploaded",
    [...ofAttempt, "too-many-artifacts"],
  ),
  appendArtifact: route("POST", "/leases/{leaseId}/artifacts/pieces", "agent", 204, "Append to a declared file", [
    ...ofAttempt,
    { code: "unknown-artifact", status: 422 },
  ]),
};
