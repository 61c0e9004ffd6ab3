import { basename } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Router } from "express";
import { appendArtifact, artifactContent, declareArtifacts, readArtifacts } from "../../db/jobs/artifacts.js";
import { readGridConfig } from "../../db/grid/grid-config.js";
import { readJobFacts } from "../../db/jobs/jobs.js";
import { artifactLimits } from "../../domain/results/artifact-limits.js";
import { withLink } from "../answers/artifact-links.js";
import type { ApiDependencies } from "../dependencies.js";
import { createEndpoints } from "../endpoint.js";
import { leaseOf } from "../requests/lease-holder.js";
import { Problem } from "../requests/problem.js";

/** Artifacts: agents upload them piece by piece; they can be downloaded but are never shown. */
export function artifactRoutes(dependencies: ApiDependencies): Router {
  const { database, access } = dependencies;
  const { router, handle } = createEndpoints(access);

  handle("declareArtifacts", async ({ body: { attempt, artifacts }, request }) => {
    const { limitBytes, limitCount } = artifactLimits((await readGridConfig(database)).limits);
    const kept = artifacts.filter(({ leftOut }) => leftOut === null);
    if (kept.length > limitCount || kept.reduce((sum, { bytes }) => sum + bytes, 0) > limitBytes)
      throw new Problem("too-many-artifacts", "these files are more than the grid keeps of one attempt");
    const { jobId } = await leaseOf(database, request, { attempt });
    await declareArtifacts(database, jobId, attempt, artifacts);
  });

  handle("appendArtifact", async ({ query: place, body: content, request }) => {
    const { jobId } = await leaseOf(database, request, place);
    if (!(await appendArtifact(database, jobId, { ...place, content })))
      throw new Problem("unknown-artifact", "this attempt has declared no such file", { status: 422 });
  });

  handle("listArtifacts", async ({ params }) => {
    const { jobId } = await readJobFacts(database, params.jobId);
    const artifacts = await readArtifacts(database, jobId);
    return { artifacts: artifacts.map((artifact) => withLink(artifact, { jobId }, dependencies)) };
  });

  handle("downloadArtifact", async ({ params: { path, ...params }, response }) => {
    const { jobId } = await readJobFacts(database, params.jobId);
    const artifact = (await readArtifacts(database, jobId)).find(
      (each) => each.path === path && each.attempt === params.attempt,
    );
    if (artifact === undefined || artifact.leftOut !== null)
      throw new Problem(
        "unknown-artifact",
        `${jobId} has kept no file ${path} of that attempt${artifact?.leftOut == null ? "" : `: ${artifact.leftOut}`}`,
      );
    if (artifact.stored < artifact.bytes)
      throw new Problem(
        "artifact-not-whole",
        `only ${artifact.stored} of the ${artifact.bytes} bytes of ${path} reached the grid`,
      );
    // A test wrote it: a browser must never run it as a page of the grid.
    response
      .attachment(basename(path))
      .type("application/octet-stream")
      .set("X-Content-Type-Options", "nosniff")
      .set("Content-Security-Policy", "sandbox; default-src 'none'")
      .set("Content-Length", String(artifact.bytes));
    await pipeline(Readable.from(artifactContent(database, jobId, artifact)), response);
  });

  return router;
}
