import { jest } from "@jest/globals";

// A deadline for what should never take so long; no test asserts how fast something is.
jest.setTimeout(240_000);
