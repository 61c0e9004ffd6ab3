import { z } from "zod";
import { httpAddress } from "./fields.js";

const values = z.array(z.string().min(1)).default([]);

/** How people sign in to the page with an OpenID Connect provider. The client's secret is in HOLDFAST_OIDC_SECRET. */
export const signInSection = z.strictObject({
  issuer: httpAddress.describe("The address of the OpenID Connect provider"),
  "client-id": z.string().min(1),
  claim: z.string().min(1).default("groups").describe("The claim that lists the groups of a person"),
  scopes: z.array(z.string().min(1)).default(["openid", "email", "profile"]),
  roles: z
    .strictObject({ viewer: values, submitter: values, operator: values, admin: values })
    .prefault({})
    .describe('The groups that have each role; "*" means everyone who has an account at the provider'),
});

export type SignInSection = z.output<typeof signInSection>;
