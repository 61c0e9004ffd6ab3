import * as client from "openid-client";
import { type Person, personOf } from "../../domain/access/person.js";
import type { Role } from "../../domain/access/roles.js";
import { roleOfGroups } from "../../domain/access/roles-of-groups.js";
import type { SignInSection } from "../../domain/config/sign-in-section.js";
import { isLoopback } from "../../source/loopback.js";
import type { PendingSignIn } from "./session.js";

const lastsMs = 10 * 60_000;
const timeoutSeconds = 10;

/** Tells a person why they could not sign in. */
export class SignInError extends Error {
  override name = "SignInError";
  /** The subject of a person who has no role; undefined if the person is unknown. */
  subject: string | undefined;
}

/** Signs people in by the authorization code flow with PKCE (OpenID Connect Core 1.0, section 3.1; RFC 7636). */
export interface OpenId {
  /** Returns the address for the browser, and what must come back. @throws SignInError if the provider does not answer */
  begin(section: SignInSection, target: string): Promise<{ url: string; pending: PendingSignIn }>;
  /** @param address the address that the browser returned to, with its query @throws SignInError if they may not sign in */
  finish(section: SignInSection, pending: PendingSignIn, address: string): Promise<{ person: Person; role: Role }>;
}

/** @param secret the secret of this client at the provider; undefined for a public client */
export function createOpenId(publicUrl: string, secret: string | undefined): OpenId {
  const callback = `${publicUrl}/sign-in/openid/callback`;
  return {
    async begin(section, target) {
      const provider = await discover(section, secret);
      const [state, nonce, verifier] = [client.randomState(), client.randomNonce(), client.randomPKCECodeVerifier()];
      const url = client.buildAuthorizationUrl(provider, {
        redirect_uri: callback,
        scope: section.scopes.join(" "),
        state,
        nonce,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
      });
      return { url: url.href, pending: { state, nonce, verifier, target, until: Date.now() + lastsMs } };
    },

    async finish(section, { state, nonce, verifier }, address) {
      const provider = await discover(section, secret);
      const person = await orExplain(section, async () => {
        const tokens = await client.authorizationCodeGrant(provider, new URL(address, publicUrl), {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        });
        const claims = tokens.claims()!;
        // Many providers put only the subject into the ID token.
        const isWhole = [section.claim, "email", "email_verified"].every((name) => name in claims);
        const isMore = provider.serverMetadata().userinfo_endpoint !== undefined && !isWhole;
        const more = isMore ? await client.fetchUserInfo(provider, tokens.access_token, claims.sub) : {};
        return personOf({ ...more, ...claims }, section.claim);
      });
      const role = roleOfGroups(section, person.groups);
      if (role === undefined) {
        const words = `${person.name} has no role in this grid. An admin can give roles to groups in grid.yaml.`;
        throw Object.assign(new SignInError(words), { subject: person.subject });
      }
      return { person, role };
    },
  };
}

/** Reads the provider's metadata. It is read each time, because keys and addresses change and sign-ins are rare. */
function discover(section: SignInSection, secret: string | undefined): Promise<client.Configuration> {
  const issuer = new URL(section.issuer);
  return orExplain(section, () =>
    client.discovery(issuer, section["client-id"], secret, undefined, {
      timeout: timeoutSeconds,
      execute: isLoopback(issuer.hostname) ? [client.allowInsecureRequests] : [],
    }),
  );
}

async function orExplain<T>(section: SignInSection, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new SignInError(`${new URL(section.issuer).host}: ${reasonOf(error)}`);
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof client.AuthorizationResponseError)
    return `it refused the sign-in (${error.error_description ?? error.error})`;
  if (error instanceof client.ResponseBodyError)
    return `it refused the code (${error.error_description ?? error.error})`;
  if (!(error instanceof Error)) return "unknown error";
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
