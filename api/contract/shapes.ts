import type { z } from "zod";
import type { messages } from "./messages.js";
import type { RouteName, routes } from "./routes.js";

type Part<K extends RouteName, Name extends string> = (typeof messages)[K] extends { [N in Name]: infer S }
  ? S
  : undefined;

/** The parameters that a path names. */
type PathParameters<P extends string> = P extends `${string}{${infer Name}}${infer Rest}`
  ? { [N in Name extends `${infer Bare}*` ? Bare : Name]: string } & PathParameters<Rest>
  : unknown;

type ParsedOr<Schema, Other> = Schema extends z.ZodType ? z.output<Schema> : Other;
type GivenOr<Schema, Other> = Schema extends z.ZodType ? z.input<Schema> : Other;

/** The parsed request, as a handler gets it. */
export interface HandlerRequest<K extends RouteName> {
  params: ParsedOr<Part<K, "params">, PathParameters<(typeof routes)[K]["path"]>>;
  query: ParsedOr<Part<K, "query">, undefined>;
  /** A raw body that is not streamed is a `Buffer`. */
  body: Part<K, "body"> extends { isStreamed: false } ? Buffer : ParsedOr<Part<K, "body">, undefined>;
}

/** The request, as a client gives it. */
export interface ClientRequest<K extends RouteName> {
  params: PathParameters<(typeof routes)[K]["path"]>;
  body: GivenOr<Part<K, "body">, Uint8Array | undefined>;
}

/** A JSON answer, as a client gets it. */
export type Answer<K extends RouteName> = ParsedOr<Part<K, "answer">, void>;
