import type { SignInSection } from "../config/sign-in-section.js";
import { rolesOfPeople } from "./roles.js";

/** The role with the most rights that one of a person's groups has. */
export function roleOfGroups({ roles }: SignInSection, groups: readonly string[]) {
  return rolesOfPeople.findLast((role) => roles[role].some((group) => group === "*" || groups.includes(group)));
}
