import { readFileSync } from "node:fs";
import { FileError } from "../domain/config/located-yaml.js";
import { filesNamedIn } from "./configuration.js";
import { SourceError } from "../source/pack/packed.js";

const lookMs = 1_000;

export interface Reloading {
  /** The file to watch; null where there is none. */
  file: string | null;
  /** Called with a file that has changed. @throws FileError, SourceError for what is wrong with it */
  apply: () => Promise<void>;
  /** Called with every look: what else may have changed meanwhile. */
  follow: () => Promise<void>;
  announce: (line: string) => void;
}

/** Applies grid.yaml again whenever it changes. A mistake is reported with its place, and what runs stays as it is. */
export function startReloading({ file, apply, follow, announce }: Reloading): { stop(): Promise<void> } {
  let known = textOf(file);
  let beside = namedIn(file);
  let knownBeside = textsOf(beside);
  let told = "";
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
      // A file that is being replaced is not there for a moment.
      if (text?.trim() === "" && text !== known) announce(`${file} is empty: nothing of it is obeyed`);
      if (text?.trim() === "") known = text;
      else if (text !== undefined && (text !== known || textsOf(beside) !== knownBeside)) {
        if (text !== known) beside = namedIn(file);
        [known, knownBeside] = [text, textsOf(beside)];
        await applyOrExplain();
      }
      await follow().catch(() => undefined);
    }
  })();

  async function applyOrExplain(): Promise<void> {
    try {
      await apply();
      told = "";
      announce(`${file} was read anew`);
    } catch (error) {
      if (error instanceof FileError || error instanceof SourceError)
        return announce(`${file} has changed, but is not obeyed:\n${error.message}`);
      // The database may be away; the next look tries again.
      known = undefined;
      const { message } = error as Error;
      if (message !== told) announce(`${file} has changed, but cannot be obeyed yet: ${message}`);
      told = message;
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

/** The files that grid.yaml names: a change in any of them counts as one in itself. */
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
