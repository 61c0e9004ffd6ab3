import { type Claiming, discountUnbackedClaims } from "../../verdict/claims/claims.js";

/** An attempt of a job that failed, as much of it as a line needs. */
export interface FailedAttempt extends Claiming {
  machine: string;
  /** Of its failing subtests the first few. */
  failing: string[];
  /** The first of them that is known one by one; null where none is. */
  first: { name: string; message: string } | null;
}

/** A failure in a few words. */
export interface FailureLine {
  /** What failed, at most `namesShown`; none where the test failed as a whole. */
  failing: string[];
  hasMore: boolean;
  /** The first line of what the first of them said; empty where it said nothing. */
  message: string;
  /** Where it failed. */
  machines: string[];
}

const namesShown = 3;

/**
 * What failed, as it was judged. A test that breaks its environment has no failure in a healthy one: the line names only the
 * machines are told.
 * @param attempts of the job's own code, in their order
 * @param claims as many claims that no probe backs are too many
 */
export function failureLine(attempts: readonly FailedAttempt[], claims: number): FailureLine {
  const candidates = discountUnbackedClaims(attempts, claims).filter(({ outcome }) => outcome === "candidate");
  const names = distinct(
    candidates.flatMap(({ first, failing }) => (first === null ? failing : [first.name, ...failing])),
  );
  const messages = candidates.flatMap(({ first }) => (first?.name === names[0] ? [first?.message ?? ""] : []));
  const lines = messages.flatMap((message) => message.split("\n")).map((line) => line.trim());
  return {
    failing: names.slice(0, namesShown),
    hasMore: names.length > namesShown,
    message: lines.find((line) => line !== "") ?? "",
    machines: distinct((candidates.length > 0 ? candidates : attempts).map(({ machine }) => machine)),
  };
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
