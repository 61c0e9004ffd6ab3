import { jest } from "@jest/globals";

// No test may fail because the machine is busy. Tests that run longer set a limit of their own.
jest.setTimeout(60_000);
