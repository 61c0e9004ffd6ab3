import { route } from "./route.js";

export const triggersRoutes = {
  listTriggers: route("GET", "/triggers", "viewer", 200, "Triggers, and when they submit next"),
  createTrigger: route(
    "POST",
    "/triggers",
    "submitter",
    201,
    "Submit a git source automatically, on a schedule or when commits are pushed, with the rights of this token",
    ["repeated-request", "wrong-address", "temporal-away"],
  ),
  deleteTrigger: route("DELETE", "/triggers/{triggerId}", "submitter", 200, "Delete a trigger", [
    "unknown-trigger",
    "not-yours",
  ]),
  runTrigger: route("POST", "/triggers/{triggerId}/run", "submitter", 202, "Submit the source of a trigger now", [
    "unknown-trigger",
    "not-yours",
  ]),
};
