import { preferenceRequest, preferenceView } from "./delivery-schemas.js";
import type { Describe } from "./openapi-describe.js";
import { z } from "./zod.js";

/** Who is told what. */
export function describeDelivery({ get, change }: Describe): void {
  const byAddress = z.object({ address: z.string() });
  get("/preferences/{address}", "Of which jobs an address wants to hear", preferenceView, { params: byAddress });
  change("put", "/preferences/{address}", "Say of which jobs an address wants to hear", 200, preferenceView, {
    params: byAddress,
    body: preferenceRequest,
  });
}
