import { checkPacked } from "./packed.js";
import { packFolder } from "./pack.js";
import type { GridConfig } from "../domain/files/grid-file.js";
import { parseSuiteFile } from "../domain/files/suite-file.js";
import { SourceError } from "./packed.js";

/** The packed source of a service that is probed by a test. */
export interface MonitorSource {
  service: string;
  sourceHash: string;
  content: Buffer;
  suiteFile: string;
}

/** Packs the sources of all services that are probed by a test. @throws SourceError, FileError naming what is wrong with one */
export async function packMonitors(config: GridConfig): Promise<MonitorSource[]> {
  const sources: MonitorSource[] = [];
  for (const [service, { probe }] of Object.entries(config.services)) {
    if (!("test" in probe)) continue;
    const content = await packFolder(probe.source);
    const { sourceHash, suiteText } = await checkPacked(content, config.limits.source);
    if (!(probe.test in parseSuiteFile(suiteText).value.tests))
      throw new SourceError("user/wrong-suite-file", `service ${service}: ${probe.source} has no test ${probe.test}`);
    sources.push({ service, sourceHash, content, suiteFile: suiteText });
  }
  return sources;
}
