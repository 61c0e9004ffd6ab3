import { readFileSync } from "node:fs";
import { FileError } from "../domain/config/located-yaml.js";
import { filesNamedIn } from "./configuration.js";
import { SourceError } from "../source/pack/packed.js";

const lookMs = 1_000;

export interface Reloading {
  /** The file to watch; null if there is none. */
  file: string | null;
  /** Called when the file has changed. @throws FileError, SourceError if the file has a mistake */
  apply: () => Promise<void>;
  /** Called at every check, to follow other changes. */
  follow: () => Promise<void>;
  announce: (line: string) => void;
}

/** Applies grid.yaml again whenever it changes. A mistake is reported with its place, and then nothing changes. */
export function startReloading({ file, apply, follow, announce }: Reloading): { stop(): Promise<void> } {
  let known = textOf(file);
  let namedFiles = namedIn(file);
  let knownBeside = textsOf(namedFiles);
  let lastError = "";
  let isStopped = false;
  let wake: () => void = () => undefined;
  const loop = (async () => {
    while (!isStopped) {
      await new Promise<void>((resolve) => {
        wake = resolve;
        setTimeout(resolve, lookMs).unref();
      });
      if (isStopped) return;
      const text = textOf(file);
      // A file that is being replaced is missing for a moment.
      if (text?.trim() === "" && text !== known) announce(`${file} is empty and is ignored`);
      if (text?.trim() === "") known = text;
      else if (text !== undefined && (text !== known || textsOf(namedFiles) !== knownBeside)) {
        if (text !== known) namedFiles = namedIn(file);
        [known, knownBeside] = [text, textsOf(namedFiles)];
        await applyOrExplain();
      }
      await follow().catch(() => undefined);
    }
  })();

  async function applyOrExplain(): Promise<void> {
    try {
      await apply();
      lastError = "";
      announce(`${file} has changed and was applied`);
    } catch (error) {
      if (error instanceof FileError || error instanceof SourceError)
        return announce(`${file} has changed, but was not applied:\n${error.message}`);
      // The database may be away. The next check tries again.
      known = undefined;
      const { message } = error as Error;
      if (message !== lastError) announce(`${file} has changed, but cannot be applied yet: ${message}`);
      lastError = message;
    }
  }

  return {
    async stop() {
      isStopped = true;
      wake();
      await loop;
    },
  };
}

/** The files that grid.yaml names. A change in any of them counts as a change of grid.yaml. */
function namedIn(file: string | null): string[] {
  return file === null ? [] : filesNamedIn(file);
}

function textsOf(files: readonly string[]): string {
  return files.map((file) => textOf(file) ?? "").join("\0");
}

function textOf(file: string | null): string | undefined {
  try {
    return file === null ? undefined : readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
