import { type Claiming, discountUnbackedClaims } from "../../verdict/claims/claims.js";

/** An attempt of a failed job: the parts that a line needs. */
export interface FailedAttempt extends Claiming {
  machine: string;
  /** Its first few failing subtests. */
  failing: string[];
  /** The first failing subtest whose result was stored; null if none was. */
  first: { name: string; message: string } | null;
}

/** A failure in a few words. */
export interface FailureLine {
  /** What failed, at most `namesShown` names; empty if the test failed as a whole. */
  failing: string[];
  hasMore: boolean;
  /** The first line of the message of the first one; empty if it has no message. */
  message: string;
  /** Where it failed. */
  machines: string[];
}

const namesShown = 3;

/**
 * Says what failed, as it was judged. A test that breaks its environment has no failure in a healthy environment. For such a test
 * the line names only the machines.
 * @param attempts the attempts of the job itself, in order
 * @param claims this many unconfirmed claims count as failures
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
