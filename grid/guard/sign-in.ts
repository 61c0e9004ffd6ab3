import { createHmac } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { isSameSecret } from "../../source/same-secret.js";

const cookieName = "holdfast_session";

/**
 * Whether a request has the grid's token: as `Authorization: Bearer`, as the password of a browser's dialog, or in a cookie
 * that an address with `?token=` has set. If it has none, this function sends the answer.
 */
export function isSignedIn(request: IncomingMessage, response: ServerResponse, token: string): boolean {
  if (!URL.canParse(request.url ?? "/", "http://host")) {
    response.writeHead(400).end();
    return false;
  }
  const url = new URL(request.url ?? "/", "http://host");
  const given = url.searchParams.get("token");
  if (given !== null && isSameSecret(given, token)) {
    url.searchParams.delete("token");
    response.setHeader("set-cookie", `${cookieName}=${sessionOf(token)}; Path=/; HttpOnly; SameSite=Lax`);
    response.writeHead(303, { location: `${url.pathname}${url.search}` }).end();
    return false;
  }
  if (hasToken(request.headers.authorization ?? "", token)) return true;
  const cookies = (request.headers.cookie ?? "").split(";").map((each) => each.trim());
  const session = cookies.find((each) => each.startsWith(`${cookieName}=`))?.slice(cookieName.length + 1);
  if (session !== undefined && isSameSecret(session, sessionOf(token))) return true;
  response
    .writeHead(401, {
      "content-type": "text/plain; charset=utf-8",
      "www-authenticate": 'Basic realm="Holdfast: the password is the token in the data folder", charset="UTF-8"',
    })
    .end("This needs the grid's token, which is in the file `token` of its data folder.\n");
  return false;
}

function hasToken(authorization: string, token: string): boolean {
  const [, kind, value = ""] = /^(Bearer|Basic) (\S+)$/i.exec(authorization) ?? [];
  if (kind === undefined) return false;
  if (kind.toLowerCase() === "bearer") return isSameSecret(value, token);
  const decoded = Buffer.from(value, "base64").toString("utf8");
  return isSameSecret(decoded.slice(decoded.indexOf(":") + 1), token);
}

function sessionOf(token: string): string {
  return createHmac("sha256", token).update("session").digest("base64url");
}
