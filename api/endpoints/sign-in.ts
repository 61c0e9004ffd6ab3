import { randomBytes } from "node:crypto";
import express, { type Request, Router } from "express";
import { recordAudit } from "../../db/access/audit.js";
import { insertSignInLink, takeSignInLink } from "../../db/access/sign-in-links.js";
import { signInPage } from "../../dashboard/sign-in-page.js";
import type { ApiDependencies } from "../dependencies.js";
import { createEndpoints } from "../endpoint.js";
import { hashToken, isPerson } from "../requests/access.js";
import { type Caller, caller } from "../requests/caller.js";
import { isFromHere } from "../requests/from-here.js";
import { Problem } from "../requests/problem.js";
import { limitSignIns } from "../requests/rate-limits.js";
import { refuseOtherSites } from "../requests/same-site.js";
import { signOut } from "../requests/session.js";

const linkLastsMs = 86_400_000;

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
export function signInPageRoutes({ database, access }: ApiDependencies): Router {
  const router = Router();
  const form = express.urlencoded({ extended: false, limit: "20kb" });

  router.get("/sign-in", async (request, response) => {
    const { link } = request.query;
    const target = targetOf(request.query["to"]);
    if (typeof link !== "string") return void response.type("html").send(signInPage({ target, problem: null }));
    // Links are printed on the machine of the grid, for a browser on the same machine.
    const tokenId = isFromHere(request) ? await takeSignInLink(database, hashToken(link)) : undefined;
    const bearer = tokenId === undefined ? undefined : await access.bearerOfId(tokenId);
    if (bearer !== undefined) return enter(request, bearer, (to) => response.redirect(303, to), target);
    // Followed twice by a browser that is signed in.
    if (await isSignedIn(request)) return response.redirect(303, target);
    const problem =
      "This link was used before, has expired, or is for another machine. `holdfast page` prints a new one.";
    response.status(401).type("html").send(signInPage({ target, problem }));
  });

  router.post("/sign-in", limitSignIns(), form, async (request, response) => {
    refuseOtherSites(request);
    const { token, to } = (request.body ?? {}) as Record<string, unknown>;
    const target = targetOf(to);
    const bearer = typeof token === "string" ? await access.bearer(token.trim()) : undefined;
    if (bearer !== undefined && isPerson(bearer))
      return enter(request, bearer, (place) => response.redirect(303, place), target);
    const problem = bearer === undefined ? "This token is not valid." : "This token is for the agent of a machine.";
    response.status(401).type("html").send(signInPage({ target, problem }));
  });

  router.post("/sign-out", (request, response) => {
    refuseOtherSites(request);
    signOut(request);
    response.redirect(303, "/sign-in");
  });

  async function enter(request: Request, bearer: Caller, go: (to: string) => void, target: string): Promise<void> {
    if (!isPerson(bearer)) throw new Problem("wrong-role", "agents have no use for the page");
    access.signIn(request, bearer);
    await recordAudit(database, bearer.name, "sign in", "page", `as ${bearer.role}`);
    go(target);
  }

  async function isSignedIn(request: Request): Promise<boolean> {
    return (await access.callerOf(request)) !== undefined;
  }

  return router;
}

/** Where to go afterwards: an address of this grid, never one of another site. */
function targetOf(to: unknown): string {
  if (typeof to !== "string" || !URL.canParse(to, "http://grid")) return "/";
  const { origin, pathname, search } = new URL(to, "http://grid");
  return origin === "http://grid" && !pathname.startsWith("//") ? pathname + search : "/";
}
