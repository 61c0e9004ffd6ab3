import { timingSafeEqual } from "node:crypto";
import type { RequestHandler } from "express";
import { Problem } from "./problem.js";

/** Lets through who brings the grid's token. */
export function requireToken(token: string): RequestHandler {
  const expected = Buffer.from(`Bearer ${token}`);
  return (request, _response, next) => {
    const given = Buffer.from(request.headers.authorization ?? "");
    if (given.length === expected.length && timingSafeEqual(given, expected)) return next();
    throw new Problem(
      401,
      "no-token",
      "this needs the grid's token: `Authorization: Bearer <token>`; `holdfast up` writes it to <data>/token",
    );
  };
}

/** Reading is free to all who reach the API; changing anything needs the token. */
export function requireTokenToChange(token: string): RequestHandler {
  const guard = requireToken(token);
  return (request, response, next) =>
    request.method === "GET" || request.method === "HEAD" ? next() : guard(request, response, next);
}
