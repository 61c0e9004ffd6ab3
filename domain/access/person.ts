/** A person as an OpenID Connect provider describes them. */
export interface Person {
  /** Identifies them at the provider permanently. */
  subject: string;
  /** Shown in the audit. */
  name: string;
  /** Their mail address, if the provider has verified it. */
  address: string | null;
  groups: string[];
}

const nameCharacters = 200;
const mostGroups = 1_000;

/** Reads the claims of an ID token or of a provider's user information (OpenID Connect Core 1.0, section 5.1). */
export function personOf(claims: Readonly<Record<string, unknown>>, groupClaim: string): Person {
  const text = (name: string) => (typeof claims[name] === "string" && claims[name] !== "" ? claims[name] : undefined);
  const subject = text("sub") ?? "";
  const email = claims["email_verified"] === true ? text("email") : undefined;
  const groups = claims[groupClaim];
  return {
    subject,
    // People can choose their names, so a name proves nothing. Therefore it ends with the id from the provider.
    name: (email ?? `${text("preferred_username") ?? text("name") ?? "person"} (${subject})`).slice(0, nameCharacters),
    address: email?.toLowerCase() ?? null,
    groups: (Array.isArray(groups) ? groups : [groups])
      .filter((group) => typeof group === "string")
      .slice(0, mostGroups),
  };
}
