import { route } from "./route.js";

export const gridRoutes = {
  readQueue: route("GET", "/queue", "viewer", 200, "What waits for what"),
  readGrid: route("GET", "/grid", "viewer", 200, "Machines, services and counts"),
  listServices: route("GET", "/services", "viewer", 200, "The services that are watched"),
  listMachines: route("GET", "/machines", "viewer", 200, "The machines and what they do"),
  listFailures: route("GET", "/failures", "viewer", 200, "The catalogue of failure identifiers"),
  readGridSchema: route("GET", "/schemas/grid.json", "viewer", 200, "JSON Schema of grid.yaml"),
  readSuiteSchema: route("GET", "/schemas/suite.json", "viewer", 200, "JSON Schema of holdfast.yaml"),
};

export const reportsRoutes = {
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
