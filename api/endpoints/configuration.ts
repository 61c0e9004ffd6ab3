import type { Router } from "express";
import { recordAudit } from "../../db/access/audit.js";
import { applyGridConfig, readGridConfig } from "../../db/grid/grid-config.js";
import { notifyDispatch } from "../../db/queue/dispatch-signal.js";
import { describeWrong, findInPassingLogs, readSignatures, sortOut } from "../../db/jobs/signatures.js";
import { readSuiteText } from "../../db/jobs/sources.js";
import { parseSignatureFile, signatureFileOf, signaturesOf } from "../../domain/config/signature-file.js";
import { parseSuiteFile } from "../../domain/config/suite-file.js";
import { parseGridFile } from "../../domain/config/parse-grid.js";
import type { GridConfig } from "../../domain/config/grid-file.js";
import { gridTests } from "../../domain/config/grid-tests.js";
import { describeChanges, detailChanges } from "../../domain/config/grid-changes.js";
import { locatePaths, withSources } from "../../source/grid-paths.js";
import type { ApiDependencies } from "../dependencies.js";
import { createEndpoints } from "../endpoint.js";
import { Problem } from "../requests/problem.js";

/** Applies a grid.yaml while the grid runs. If the file has a mistake, the error names its place and nothing changes. */
export function configurationRoutes({ database, access }: ApiDependencies): Router {
  const { router, handle } = createEndpoints(access);

  handle("applyGridFile", async ({ body: { file, folder, text, sources, signatures, dryRun, by } }) => {
    const parsed = withSignatures(parseGridFile(file, text), signatures);
    const { good, refused } = await sortOut(database, signaturesOf(parsed));
    const wanted = withSources(locatePaths({ ...parsed, signatures: good }, folder), sources);
    await assertStored(wanted);
    const { changes, details } = await database.transaction().execute(async (transaction) => {
      const running = await readGridConfig(transaction);
      const config = keepMachinesAndPorts(wanted, running);
      const found = describeChanges(running, config);
      const made = { changes: found, details: detailChanges(running, config) };
      if (dryRun || found.length === 0) return made;
      await applyGridConfig(transaction, config);
      await recordAudit(transaction, by, "apply", file, found.join(", "));
      await notifyDispatch(transaction);
      return made;
    });
    return { applied: !dryRun, changes, details, refused };
  });

  handle("checkSignatures", async ({ body: { signatures: file } }) => {
    const signatures = file === undefined ? await readSignatures(database) : parseSignatureFile(file.file, file.text);
    const { wrong, attempts } = await findInPassingLogs(database, signatures);
    return { signatures: signatures.length, attempts, refused: wrong.map(describeWrong) };
  });

  async function assertStored(config: GridConfig): Promise<void> {
    for (const { key, source } of gridTests(config)) {
      const suiteText = await readSuiteText(database, source.sourceHash ?? "");
      const tests = suiteText === undefined ? [] : Object.keys(parseSuiteFile(suiteText).value.tests);
      if (!tests.includes(source.test))
        throw new Problem(
          "wrong-grid-file",
          `${key}: no test ${source.test} is stored for it; upload its source first`,
        );
    }
  }

  return router;
}

/** Adds the signatures of the file that grid.yaml names. The client sends them, since the API cannot read that file. */
function withSignatures(config: GridConfig, file: { file: string; text: string } | undefined): GridConfig {
  const named = signatureFileOf(config);
  if (named === null) return config;
  if (file === undefined)
    throw new Problem("wrong-grid-file", `signatures: send the text of ${named} as \`signatures\` with it`);
  return { ...config, signatures: parseSignatureFile(file.file, file.text) };
}

/** Keeps what `holdfast up` decided: the machines, if grid.yaml names none, and the ports of the services that it starts. */
function keepMachinesAndPorts(wanted: GridConfig, running: GridConfig): GridConfig {
  const services = Object.entries(wanted.services).map(([name, service]) => {
    if (service.start === undefined) return [name, service] as const;
    const known = running.services[name];
    if (known?.start === undefined)
      throw new Problem(
        "wrong-grid-file",
        `services.${name}.start: only the grid that starts a service can give it a port; add it to the file that \`holdfast up\` was started with`,
      );
    return [name, { ...service, start: known.start, probe: known.probe }] as const;
  });
  const machines = Object.keys(wanted.machines).length === 0 ? running.machines : wanted.machines;
  return { ...wanted, machines, services: Object.fromEntries(services) };
}
