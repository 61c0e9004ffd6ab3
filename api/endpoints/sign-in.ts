import { randomBytes } from "node:crypto";
import express, { type Request, type Response, Router } from "express";
import { recordAudit } from "../../db/access/audit.js";
import { insertSignInLink, takeSignInLink } from "../../db/access/sign-in-links.js";
import { revokeTokenOfPerson, upsertTokenOfPerson } from "../../db/access/tokens.js";
import { readGridConfig } from "../../db/grid/grid-config.js";
import type { SignInSection } from "../../domain/config/sign-in-section.js";
import { signInPage } from "../../dashboard/sign-in-page.js";
import type { ApiDependencies } from "../dependencies.js";
import { createEndpoints } from "../endpoint.js";
import { hashToken, isPerson } from "../requests/access.js";
import { type Caller, caller } from "../requests/caller.js";
import { isFromThisMachine } from "../requests/from-this-machine.js";
import { Problem } from "../requests/problem.js";
import { createOpenId, SignInError } from "../requests/openid.js";
import { limitSignIns } from "../requests/rate-limits.js";
import { refuseOtherSites } from "../requests/same-site.js";
import { rememberSignIn, signOut, takeSignIn } from "../requests/session.js";

const linkLastsMs = 86_400_000;
/** After this time, a person must sign in again. Then their groups are read again. */
const personLastsMs = 12 * 3_600_000;

/** Who the bearer of a token is, and links that sign their browser in. */
export function sessionRoutes({ database, access, publicUrl }: ApiDependencies): Router {
  const { router, handle } = createEndpoints(access);

  handle("readSession", async () => {
    const { tokenId, name, role, address, project } = caller();
    return { tokenId, name, role, address, project };
  });

  handle("createSignInLink", async () => {
    const { tokenId } = caller();
    const code = randomBytes(24).toString("base64url");
    await insertSignInLink(database, { hash: hashToken(code), tokenId, lastsMs: linkLastsMs });
    return {
      url: `${publicUrl}/sign-in?link=${code}`,
      expiresAt: new Date(Date.now() + linkLastsMs).toISOString(),
    };
  });

  return router;
}

/** The pages where a browser is signed in and out. */
export function signInPageRoutes(dependencies: ApiDependencies): Router {
  const { database, access, publicUrl, newId } = dependencies;
  const router = Router();
  const form = express.urlencoded({ extended: false, limit: "20kb" });
  const openId = createOpenId(publicUrl, dependencies.openIdSecret);

  router.get("/sign-in", async (request, response) => {
    const { link } = request.query;
    const target = targetOf(request.query["to"]);
    if (typeof link !== "string") return show(response, 200, target, null);
    // Links are printed on the machine of the grid, for a browser on the same machine.
    const tokenId = isFromThisMachine(request) ? await takeSignInLink(database, hashToken(link)) : undefined;
    const bearer = tokenId === undefined ? undefined : await access.bearerOfId(tokenId);
    if (bearer !== undefined) return enter(request, response, bearer, target);
    // A browser that is already signed in has followed the link again.
    if (await isSignedIn(request)) return response.redirect(303, target);
    const problem =
      "This link was used before, has expired, or is for another machine. `holdfast page` prints a new one.";
    return show(response, 401, target, problem);
  });

  router.post("/sign-in", limitSignIns(), form, async (request, response) => {
    refuseOtherSites(request);
    const { token, to } = (request.body ?? {}) as Record<string, unknown>;
    const target = targetOf(to);
    const bearer = typeof token === "string" ? await access.bearer(token.trim()) : undefined;
    if (bearer !== undefined && isPerson(bearer)) return enter(request, response, bearer, target);
    const problem = bearer === undefined ? "This token is not valid." : "This token is for the agent of a machine.";
    return show(response, 401, target, problem);
  });

  router.get("/sign-in/openid", limitSignIns(), async (request, response) => {
    const target = targetOf(request.query["to"]);
    const section = await readSignIn();
    if (section === undefined) return show(response, 404, target, "This grid has no OpenID Connect provider.");
    try {
      const { url, pending } = await openId.begin(section, target);
      rememberSignIn(request, pending);
      response.redirect(303, url);
    } catch (error) {
      if (!(error instanceof SignInError)) throw error;
      return show(response, 502, target, error.message);
    }
  });

  router.get("/sign-in/openid/callback", limitSignIns(), async (request, response) => {
    const pending = takeSignIn(request, request.query["state"]);
    const target = pending?.target ?? "/";
    const section = await readSignIn();
    if (section === undefined || pending === undefined)
      return show(response, 401, target, "This sign-in began in another browser, or too long ago. Begin it again.");
    try {
      const { person, role } = await openId.finish(section, pending, request.originalUrl);
      const tokenId = await upsertTokenOfPerson(database, {
        tokenId: newId(),
        subject: `${section.issuer} ${person.subject}`,
        name: person.name,
        role,
        address: person.address,
        hash: hashToken(randomBytes(32).toString("base64url")),
        lastsMs: personLastsMs,
      });
      return enter(request, response, (await access.bearerOfId(tokenId))!, target);
    } catch (error) {
      if (!(error instanceof SignInError)) throw error;
      // This also signs out their other browsers.
      if (error.subject !== undefined) await revokeTokenOfPerson(database, `${section.issuer} ${error.subject}`);
      await recordAudit(database, "the API", "refuse sign in", "page", error.message);
      return show(response, 401, target, error.message);
    }
  });

  router.post("/sign-out", (request, response) => {
    refuseOtherSites(request);
    signOut(request);
    response.redirect(303, "/sign-in");
  });

  async function readSignIn(): Promise<SignInSection | undefined> {
    return (await readGridConfig(database))["sign-in"];
  }

  /** The page to sign in on. It must work while the database is away. */
  async function show(response: Response, status: number, target: string, problem: string | null): Promise<void> {
    const section = await readSignIn().catch(() => undefined);
    const provider = section === undefined ? null : new URL(section.issuer).host;
    response.status(status).type("html").send(signInPage({ target, problem, provider }));
  }

  async function enter(request: Request, response: Response, bearer: Caller, target: string): Promise<void> {
    if (!isPerson(bearer)) throw new Problem("wrong-role", "an agent cannot sign in to the page");
    access.signIn(request, bearer);
    await recordAudit(database, bearer.name, "sign in", "page", `as ${bearer.role}`);
    response.redirect(303, target);
  }

  async function isSignedIn(request: Request): Promise<boolean> {
    return (await access.callerOf(request)) !== undefined;
  }

  return router;
}

/** The address to open after the sign-in. It is always on this grid, never on another site. */
function targetOf(to: unknown): string {
  if (typeof to !== "string" || !URL.canParse(to, "http://grid")) return "/";
  const { origin, pathname, search } = new URL(to, "http://grid");
  return origin === "http://grid" && !pathname.startsWith("//") ? pathname + search : "/";
}
