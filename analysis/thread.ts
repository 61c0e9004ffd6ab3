import { parentPort } from "node:worker_threads";
import { findRequirements } from "./requirements.js";

/** The thread's side of the analyst: one question, one answer. */
parentPort?.on("message", ({ folder, code, command }: { folder: string; code: string[] | null; command: string }) => {
  try {
    parentPort?.postMessage({ found: findRequirements(folder, code, command) });
  } catch (error) {
    const { name, message } = error as Error;
    parentPort?.postMessage({ name, message });
  }
});
