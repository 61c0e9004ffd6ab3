import { route } from "./route.js";

export const gridRoutes = {
  readQueue: route("GET", "/queue", "everyone", 200, "What waits for what"),
  readGrid: route("GET", "/grid", "everyone", 200, "Machines, services and counts"),
  listServices: route("GET", "/services", "everyone", 200, "The services that are watched"),
  listMachines: route("GET", "/machines", "everyone", 200, "The machines and what they do"),
  listFailures: route("GET", "/failures", "everyone", 200, "The catalogue of failure identifiers"),
  readGridSchema: route("GET", "/schemas/grid.json", "everyone", 200, "JSON Schema of grid.yaml"),
  readSuiteSchema: route("GET", "/schemas/suite.json", "everyone", 200, "JSON Schema of holdfast.yaml"),
};

export const reportsRoutes = {
  readDowntime: route(
    "GET",
    "/downtime",
    "everyone",
    200,
    "Downtime of an interval, by default the last 7 days, and what it cost; as JSON or CSV",
  ),
  listOutages: route("GET", "/outages", "everyone", 200, "Outages, the latest first"),
  readFalseAlarms: route(
    "GET",
    "/false-alarms",
    "everyone",
    200,
    "How often an alarm was false, by default in the last 7 days",
  ),
  listAudit: route("GET", "/audit", "everyone", 200, "Who did what, and why: the latest first"),
};
