import { z } from "zod";
import { rolesOfPeople } from "../access/roles.js";
import { httpAddress } from "./fields.js";

const values = z.array(z.string().min(1)).default([]);

/** How people sign in to the page by an OpenID Connect provider. The client's secret is in HOLDFAST_OIDC_SECRET. */
export const signInSection = z.strictObject({
  issuer: httpAddress.describe("The address of the OpenID Connect provider"),
  "client-id": z.string().min(1),
  claim: z.string().min(1).default("groups").describe("The claim that lists the groups of a person"),
  scopes: z.array(z.string().min(1)).default(["openid", "email", "profile"]),
  roles: z
    .strictObject({ viewer: values, submitter: values, operator: values, admin: values })
    .prefault({})
    .describe('The groups that have each role; "*" stands for everybody whom the provider knows'),
});

export type SignInSection = z.output<typeof signInSection>;

/** The role with the most rights that one of a person's groups has. */
export function roleOfGroups({ roles }: SignInSection, groups: readonly string[]) {
  return rolesOfPeople.findLast((role) => roles[role].some((group) => group === "*" || groups.includes(group)));
}
