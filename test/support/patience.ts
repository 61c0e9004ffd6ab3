import { jest } from "@jest/globals";

// A deadline for what should never take so long; no test asserts how fast something is.
jest.setTimeout(240_000);

/** A gate that is waited at until somebody opens it. */
export function defer(): { opened: Promise<void>; open: () => void } {
  let open = () => undefined as void;
  return { opened: new Promise<void>((resolve) => (open = resolve)), open: () => open() };
}
