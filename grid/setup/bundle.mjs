// The workflow bundle: one file of deterministic code, made from the compiled workflows.
import { join } from "node:path";
import { bundleWorkflowCode } from "@temporalio/worker";

/**
 * If the bundle needs one of Node's built-in modules, that is an error here, not at run time.
 * @param {string} compiled the folder of compiled files
 */
export async function bundleWorkflows(compiled) {
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(compiled, "workflows/index.js"),
    payloadConverterPath: join(compiled, "workflows/payload-converter.js"),
    // These modules have no state, so all workflows share them. To load them for each workflow would take longer than its work.
    preloadModules: [
      "@temporalio/common",
      "nexus-rpc",
      join(compiled, "domain/verdict/judge.js"),
      join(compiled, "domain/verdict/endings.js"),
    ],
    logger: {
      log() {},
      trace() {},
      debug() {},
      info() {},
      warn() {},
      error: (message) => process.stderr.write(`${message}\n`),
    },
  });
  return code;
}
