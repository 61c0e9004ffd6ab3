import { route } from "./route.js";

export const secretsRoutes = {
  listSecrets: route(
    "GET",
    "/secrets",
    "operator",
    200,
    "The names of the secrets of all projects, without their values",
  ),
  setSecret: route(
    "PUT",
    "/secrets/{project}/{name}",
    "admin",
    200,
    "Store a secret of a project, encrypted; no route returns its value",
  ),
  deleteSecret: route("DELETE", "/secrets/{project}/{name}", "admin", 200, "Delete a secret", ["unknown-secret"]),
};
