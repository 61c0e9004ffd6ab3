import type { SignInSection } from "../config/sign-in-section.js";
import { rolesOfPeople } from "./roles.js";

/** Among the roles of a person's groups, the one with the most rights; undefined if no group has a role. */
export function roleOfGroups({ roles }: SignInSection, groups: readonly string[]) {
  return rolesOfPeople.findLast((role) => roles[role].some((group) => group === "*" || groups.includes(group)));
}
