import { jest } from "@jest/globals";

// This limit only ends a test that hangs. No test asserts how fast something is.
jest.setTimeout(240_000);

/** A promise that resolves when `open` is called. */
export function defer(): { opened: Promise<void>; open: () => void } {
  let open = () => undefined as void;
  return { opened: new Promise<void>((resolve) => (open = resolve)), open: () => open() };
}
