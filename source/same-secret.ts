import { createHash, timingSafeEqual } from "node:crypto";

/** Compares two secrets in constant time, so the time does not show where they differ. */
export function isSameSecret(given: string, wanted: string): boolean {
  const [left, right] = [given, wanted].map((text) => createHash("sha256").update(text).digest());
  return timingSafeEqual(left!, right!);
}
