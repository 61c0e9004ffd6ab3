import { route } from "./route.js";

export const accessRoutes = {
  readHealth: route("GET", "/health", "everyone", 200, "Whether this API runs; also at /health"),
  readReadiness: route(
    "GET",
    "/ready",
    "everyone",
    200,
    "Whether the grid can take requests: its database and its Temporal server answer; also at /ready",
    ["not-ready"],
  ),
  readSession: route("GET", "/session", "viewer", 200, "Who the bearer of the token is"),
  createSignInLink: route(
    "POST",
    "/sign-in-links",
    "viewer",
    201,
    "Make a link that signs a browser in once as the bearer of the token; on the machine of the grid only",
  ),
};

export const tokensRoutes = {
  listTokens: route("GET", "/tokens", "admin", 200, "All tokens, without their secrets"),
  createToken: route("POST", "/tokens", "admin", 201, "Create a token", ["repeated-request"]),
  revokeToken: route("POST", "/tokens/{tokenId}/revoke", "admin", 200, "Revoke a token, effective at once", [
    "unknown-token",
  ]),
};
