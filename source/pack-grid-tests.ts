import { checkPacked, SourceError } from "./pack/packed.js";
import { packFolder } from "./pack/pack.js";
import type { GridConfig } from "../domain/config/grid-file.js";
import { gridTests } from "../domain/config/grid-tests.js";
import { parseSuiteFile } from "../domain/config/suite-file.js";

/** The packed source of a test that the grid itself runs. `key` is its place in grid.yaml. */
export interface GridTestSource {
  key: string;
  sourceHash: string;
  content: Buffer;
  suiteFile: string;
}

/** Packs the sources of the tests that the grid itself runs. @throws SourceError, FileError if one of them is wrong */
export async function packGridTests(config: GridConfig): Promise<GridTestSource[]> {
  const sources: GridTestSource[] = [];
  for (const { key, source } of gridTests(config)) {
    const content = await packFolder(source.source);
    const { sourceHash, suiteText } = await checkPacked(content, config.limits.source);
    if (!(source.test in parseSuiteFile(suiteText).value.tests))
      throw new SourceError("user/wrong-suite-file", `${key}: ${source.source} has no test ${source.test}`);
    sources.push({ key, sourceHash, content, suiteFile: suiteText });
  }
  return sources;
}
