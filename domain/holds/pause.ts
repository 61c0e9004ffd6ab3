import { parseDuration } from "../time/duration.js";
import { parseTime } from "../time/time-text.js";
import { type PauseKind, type PauseScope, pauseScopes } from "../states.js";

/** What a pause stops. `name` is empty for the grid. */
export interface Scope {
  scope: PauseScope;
  name: string;
}

/** A pause or maintenance window that holds now. */
export interface PauseView extends Scope {
  pauseId: string;
  kind: PauseKind;
  reason: string;
  author: string;
  /** ISO times; null without an end. */
  since: string;
  until: string | null;
}

export const scopeForms = "write grid, service:<name>, machine:<name> or job:<id>";

/** An invalid pause; the message says what is wrong with it. */
export class PauseError extends Error {
  override name = "PauseError";
}

/** @throws PauseError if the text names no scope. */
export function parseScope(text: string): Scope {
  if (text === "grid") return { scope: "grid", name: "" };
  const [scope = "", ...rest] = text.split(":");
  const name = rest.join(":");
  if (!isPausable(scope) || name === "") throw new PauseError(`"${text}" cannot be paused; ${scopeForms}`);
  return { scope, name };
}

export function isScopeText(text: string): boolean {
  return text === "grid" || (isPausable(text.split(":")[0] ?? "") && /^\w+:./.test(text));
}

function isPausable(scope: string): scope is PauseScope {
  return scope !== "grid" && (pauseScopes as readonly string[]).includes(scope);
}

export function formatScope({ scope, name }: Scope): string {
  return scope === "grid" ? "grid" : `${scope}:${name}`;
}

/** An order that came as a signal. Times are ISO. */
export type Order =
  | (Scope & {
      kind: "pause";
      pauseId: string;
      reason: string;
      author: string;
      until: string | null;
      /** Also stops running attempts; their jobs are held. */
      now: boolean;
    })
  | (Scope & { kind: "resume"; orderId: string; reason: string; author: string })
  /** An invalid request: it is recorded and ignored. */
  | { kind: "nonsense"; orderId: string; signal: string; mistake: string; given: string };

const longestText = 2_000;
const longestMistake = 500;
/** How many unknown fields the message names. */
const named = 5;
const longestMs = 10 * 365 * 86_400_000;

/**
 * Reads the payload of a signal. Every payload gives an order, even an invalid one.
 * @param newId the order's id if the sender gave none
 * @param now ISO time from which `for` counts
 */
export function readOrder(signal: "pause" | "resume", given: unknown, newId: string, now: string): Order {
  try {
    const fields = asRecord(given);
    const { scope, name } = parseScope(text(fields, "scope", "which part of the grid"));
    const author = fields["by"] === undefined ? "a signal" : text(fields, "by", "who asks");
    const reason = text(fields, "reason", "why");
    const id = fields["id"] === undefined ? newId : idOf(fields);
    if (signal === "resume") return { kind: "resume", orderId: id, scope, name, reason, author };
    const until = endOf(fields, now);
    return { kind: "pause", pauseId: id, scope, name, reason, author, until, now: flag(fields, "now") };
  } catch (error) {
    // Never throws: a signal must not stop the workflow.
    const mistake = (error as Error).message.slice(0, longestMistake);
    return { kind: "nonsense", orderId: newId, signal, mistake, given: shown(given) };
  }
}

/** The order for an unknown signal, such as a misspelled one. */
export function unknownSignal(signal: string, given: unknown, orderId: string): Order {
  const mistake = "there is no such signal, only pause, resume and probeNow";
  return { kind: "nonsense", orderId, signal: signal.slice(0, 100), mistake, given: shown(given) };
}

function asRecord(given: unknown): Record<string, unknown> {
  if (given === undefined) throw new PauseError(`came without input; send { "scope": "service:nfs", "reason": "…" }`);
  if (typeof given !== "object" || given === null || Array.isArray(given) || ArrayBuffer.isView(given))
    throw new PauseError("its input is no JSON object");
  if ("holdfastUndecodable" in given) throw new PauseError("its input cannot be decoded");
  const known = ["scope", "reason", "by", "until", "for", "now", "id"];
  const strange = Object.keys(given).filter((key) => !known.includes(key));
  const shownOnes = strange.slice(0, named).map((key) => `"${key.slice(0, 40)}"`);
  if (strange.length > 0) throw new PauseError(`it knows no ${shownOnes.join(", ")}, only ${known.join(", ")}`);
  return given as Record<string, unknown>;
}

function text(fields: Record<string, unknown>, key: string, meaning: string): string {
  const value = fields[key];
  if (typeof value !== "string" || value.trim() === "") throw new PauseError(`"${key}" must say ${meaning}, as text`);
  return value
    .replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ")
    .trim()
    .slice(0, longestText);
}

/** The id by which the database finds the order. */
function idOf(fields: Record<string, unknown>): string {
  const id = text(fields, "id", "an id of the order");
  if (!isOrderId(id)) throw new PauseError(`"id" must be at most 250 printable ASCII characters without spaces`);
  return id;
}

export function isOrderId(id: string): boolean {
  return /^[\x21-\x7e]{1,250}$/.test(id);
}

function flag(fields: Record<string, unknown>, key: string): boolean {
  const value = fields[key] ?? false;
  if (typeof value !== "boolean") throw new PauseError(`"${key}" must be true or false`);
  return value;
}

function endOf(fields: Record<string, unknown>, now: string): string | null {
  const { until, for: duration } = fields;
  if (until != null && duration != null) throw new PauseError(`"until" and "for" exclude each other`);
  if (duration != null) {
    const durationMs = typeof duration === "string" ? parseDuration(duration) : undefined;
    if (durationMs === undefined || durationMs > longestMs)
      throw new PauseError(`"for" must be a duration such as 90m or 2d, of ten years at most`);
    return new Date(Date.parse(now) + durationMs).toISOString();
  }
  if (until == null) return null;
  const end = typeof until === "string" ? parseTime(until, "end") : undefined;
  if (end === undefined)
    throw new PauseError(
      `"until" must be a date such as 2027-01-31, or a time with its zone such as 2027-01-31T08:00:00Z`,
    );
  if (end <= Date.parse(now)) throw new PauseError(`"until" has passed already`);
  if (end > Date.parse(now) + longestMs) throw new PauseError(`"until" is more than ten years away`);
  return new Date(end).toISOString();
}

function shown(given: unknown): string {
  return (JSON.stringify(given) ?? "nothing").slice(0, 500);
}
