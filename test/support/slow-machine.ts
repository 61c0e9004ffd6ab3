import { jest } from "@jest/globals";

// A busy machine makes no test fail. Tests that run for longer say so themselves.
jest.setTimeout(60_000);
