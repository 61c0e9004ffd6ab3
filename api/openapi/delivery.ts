import {
  mailFilter,
  mailList,
  newToken,
  preferenceRequest,
  preferenceView,
  revokeRequest,
  tokenList,
  tokenRequest,
} from "../schemas/delivery.js";
import type { Describe } from "./describe.js";
import { jobView } from "../schemas/jobs.js";
import { z } from "./zod.js";

/** Who is told what, and who may do what. */
export function describeDelivery({ get, change }: Describe): void {
  const byAddress = z.object({ address: z.string() });
  get("/preferences/{address}", "Of which jobs an address wants to hear", preferenceView, { params: byAddress });
  change("put", "/preferences/{address}", "Say of which jobs an address wants to hear", 200, preferenceView, {
    params: byAddress,
    body: preferenceRequest,
  });
  get("/mails", "The outbox, the latest first; for admins", mailList, { query: mailFilter });
  change(
    "post",
    "/mails/{mailId}/retry",
    "Try a mail again, for those who do not have it",
    202,
    z.object({ mailId: z.int() }),
    {
      params: z.object({ mailId: z.string() }),
      body: revokeRequest,
    },
  );
  change("post", "/jobs/{jobId}/rerun", "Submit the same source, test and variant anew", 201, jobView, {
    params: z.object({ jobId: z.string() }),
  });
  get("/tokens", "All tokens, without their secrets; for admins", tokenList);
  change("post", "/tokens", "Make a token", 201, newToken, { body: tokenRequest });
  change(
    "post",
    "/tokens/{tokenId}/revoke",
    "Revoke a token, at once",
    200,
    z.object({ tokenId: z.string(), name: z.string() }),
    {
      params: z.object({ tokenId: z.string() }),
      body: revokeRequest,
    },
  );
}
