import { route } from "./route.js";

export const tokensRoutes = {
  listTokens: route("GET", "/tokens", "admin", 200, "All tokens, without their secrets"),
  createToken: route("POST", "/tokens", "admin", 201, "Create a token", ["repeated-request"]),
  revokeToken: route("POST", "/tokens/{tokenId}/revoke", "admin", 200, "Revoke a token, effective at once", [
    "unknown-token",
  ]),
};
