import { setFlagsFromString } from "node:v8";

let isTuned = false;

/**
 * Lets V8 collect the garbage of each test at once. Without this, V8 treats it as long-lived after some tests, and keeps
 * several hundred MB of it until its next full collection.
 */
export function tuneHeap(): void {
  if (isTuned) return;
  isTuned = true;
  setFlagsFromString("--no-allocation-site-pretenuring");
  setFlagsFromString("--min-semi-space-size=16");
}
