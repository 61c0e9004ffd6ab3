import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import type { Command } from "@commander-js/extra-typings";
import { connectGrid, type Context, type GlobalOptions } from "../context.js";
import { formatTable } from "../table.js";

export function addArtifacts(program: Command<[], GlobalOptions>, context: Context): void {
  const { print, printProgress } = context;

  program
    .command("artifacts")
    .description("list or download the files that a job's attempts left")
    .argument("<job>")
    .option("--get <folder>", "download them into <folder>/<attempt>/")
    .option("--json")
    .action(async (jobId, { get: folder, json }) => {
      const client = connectGrid(program.opts(), context);
      const list = await client.artifacts(jobId);
      if (folder !== undefined) {
        for (const { attempt, path } of list.artifacts.filter(({ whole }) => whole)) {
          const file = placeIn(join(folder, String(attempt)), path);
          if (file === undefined) {
            printProgress(`${path} is not written: it would lead out of ${folder}`);
            continue;
          }
          await mkdir(dirname(file), { recursive: true });
          await writeFile(file, await client.artifact(jobId, attempt, path));
        }
      }
      const rows = list.artifacts.map(({ attempt, path, bytes, whole, leftOut }) => {
        const state = whole ? "" : (leftOut ?? "the upload is incomplete");
        return [String(attempt), path, String(bytes), state];
      });
      print(json === true ? JSON.stringify(list, null, 2) : formatTable(["attempt", "file", "bytes", ""], rows));
    });
}

/** The place of a file below the folder; undefined if its path leads out of the folder. */
function placeIn(folder: string, path: string): string | undefined {
  const root = resolve(folder);
  const file = resolve(root, path);
  return file.startsWith(root + sep) ? file : undefined;
}
