import type { AgentApi } from "../../../client/agent-api.js";
import { type ArtifactEntry, chooseArtifacts } from "../../../domain/results/artifact-limits.js";
import type { EvidenceLine } from "../../../domain/verdict/attempt.js";
import type { Phase } from "../../../domain/states.js";
import type { RunContext } from "../attempt/run-context.js";
import { retryUpload } from "../attempt/upload.js";
import { findFiles, openInside } from "./found-files.js";

const pieceBytes = 512 * 1024;
/** The time limit of all uploads of an attempt together: its machine waits for them. */
const patienceMs = 120_000;

/**
 * Uploads the artifacts of an attempt, whatever its result is. A problem here is reported, but never changes the result.
 */
export async function collectArtifacts(context: RunContext, api: AgentApi, phase: Phase): Promise<EvidenceLine[]> {
  const { globs } = context.plan.artifacts;
  if (globs.length === 0 || (phase !== "build" && phase !== "test")) return [];
  try {
    return await collect(context, api);
  } catch (error) {
    return [line("unknown", `could not be collected: ${(error as Error).message}`)];
  }
}

async function collect({ input, plan, mask, workspace, stop }: RunContext, api: AgentApi): Promise<EvidenceLine[]> {
  const { files, unused, unreadable, isCut } = await findFiles(workspace.realSource, plan.artifacts.globs);
  const lines: EvidenceLine[] = [];
  const missed = unused.filter((glob) => !glob.startsWith("!"));
  if (missed.length > 0) lines.push(line("note", `matched nothing: ${missed.join(", ").slice(0, 300)}`));
  if (isCut) lines.push(line("note", "there are too many files to search them all; exclude folders with !<folder>"));
  if (unreadable.length > 0)
    lines.push(line("note", `names that cannot be kept: ${unreadable.slice(0, 20).join(", ").slice(0, 600)}`));
  if (files.length === 0) return lines;
  const { entries, leftOut } = chooseArtifacts(files, plan.artifacts);
  const deadline = Date.now() + patienceMs;
  const { leaseId } = input.lease;
  const send = async (upload: () => Promise<void>) => {
    stop.throwIfAborted();
    return retryUpload(upload, deadline - Date.now());
  };
  if (!(await send(() => api.declareArtifacts(leaseId, input.attempt, mask.value(entries)))))
    return [
      ...lines,
      line(
        "unknown",
        `could not be uploaded: ${entries
          .map(({ path }) => path)
          .join(", ")
          .slice(0, 300)}`,
      ),
    ];
  const missing: string[] = [];
  for (const [number, entry] of entries.entries()) {
    if (entry.leftOut === null && !(await sendFile(number, entry))) missing.push(entry.path);
  }
  if (leftOut > 0) lines.push(line("note", leftOutText(entries, leftOut)));
  if (missing.length > 0) lines.push(line("unknown", `upload incomplete: ${missing.join(", ").slice(0, 300)}`));
  return lines;

  async function sendFile(number: number, { path, bytes }: ArtifactEntry): Promise<boolean> {
    const file = await openInside(workspace.realSource, path);
    if (file === undefined) return false;
    try {
      for (let offset = 0; offset < bytes;) {
        const wanted = Math.min(pieceBytes, bytes - offset);
        const { buffer, bytesRead } = await file.read(Buffer.alloc(wanted), 0, wanted, offset);
        if (bytesRead === 0) return false;
        const piece = { attempt: input.attempt, number, offset };
        if (!(await send(() => api.appendArtifact(leaseId, piece, buffer.subarray(0, bytesRead))))) return false;
        offset += bytesRead;
      }
      return true;
    } finally {
      await file.close();
    }
  }
}

function leftOutText(entries: readonly ArtifactEntry[], count: number): string {
  const named = entries.filter(({ leftOut }) => leftOut !== null).slice(0, 5);
  const texts = named.map(({ path, bytes, leftOut }) => `${path} (${bytes} bytes: ${leftOut})`);
  const more = count > named.length ? ` and ${count - named.length} more` : "";
  return `${count} left out: ${texts.join(", ")}${more}`.slice(0, 600);
}

function line(result: EvidenceLine["result"], detail: string): EvidenceLine {
  return { check: "artifacts", result, detail, at: new Date().toISOString() };
}
