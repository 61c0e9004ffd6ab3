import { route } from "./route.js";

export const gridRoutes = {
  readQueue: route("GET", "/queue", "viewer", 200, "The jobs that wait, and what they wait for"),
  readGrid: route("GET", "/grid", "viewer", 200, "Machines, services and counts"),
  listServices: route("GET", "/services", "viewer", 200, "The services that are watched"),
  readService: route("GET", "/services/{service}", "viewer", 200, "One service, its settings and what pauses it", [
    "unknown-service",
  ]),
  readMachine: route(
    "GET",
    "/machines/{machine}",
    "viewer",
    200,
    "One machine, its rules, and how its attempts ended",
    ["unknown-machine"],
  ),
  listMachines: route("GET", "/machines", "viewer", 200, "The machines and what they do"),
  listFailures: route("GET", "/failures", "viewer", 200, "The catalogue of failure identifiers"),
  readGridSchema: route("GET", "/schemas/grid.json", "viewer", 200, "JSON Schema of grid.yaml"),
  readSuiteSchema: route("GET", "/schemas/suite.json", "viewer", 200, "JSON Schema of holdfast.yaml"),
};

export const reportsRoutes = {
  listRuns: route("GET", "/runs", "viewer", 200, "Runs of one test that passed or failed, newest first", [
    "wrong-project",
  ]),
  readStatistics: route(
    "GET",
    "/statistics",
    "viewer",
    200,
    "What the grid did, by default in the last 7 days: by day, project and test. At most a minute old",
  ),
  readDowntime: route(
    "GET",
    "/downtime",
    "viewer",
    200,
    "Downtime of an interval, by default the last 7 days, and what it cost; as JSON or CSV",
  ),
  listOutages: route("GET", "/outages", "viewer", 200, "Outages, the latest first"),
  readFalseAlarms: route(
    "GET",
    "/false-alarms",
    "viewer",
    200,
    "How often an alarm was false, by default in the last 7 days",
  ),
  listAudit: route("GET", "/audit", "operator", 200, "Who did what, and why: the latest first"),
};
