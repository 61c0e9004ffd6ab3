import { basename } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import express, { Router } from "express";
import { appendArtifact, artifactContent, declareArtifacts, readArtifacts } from "../../db/jobs/artifacts.js";
import { readGridConfig } from "../../db/grid/grid-config.js";
import { readJobFacts } from "../../db/jobs/jobs.js";
import { artifactLimits, longestPath } from "../../domain/results/artifact-limits.js";
import { withLink } from "../answers/artifact-links.js";
import type { ApiDependencies } from "../dependencies.js";
import { leaseOf } from "../requests/lease-holder.js";
import { Problem } from "../requests/problem.js";
import { z } from "../openapi/zod.js";

const number = z.coerce.number().int().min(0);
const declaration = z.strictObject({
  attempt: z.int().min(1),
  artifacts: z
    .array(
      z.strictObject({
        path: z
          .string()
          .max(longestPath)
          .regex(/^[^/]/, "must not be absolute")
          .refine((path) => !path.split("/").includes(".."), "leads out of the source"),
        bytes: z.int().min(0),
        leftOut: z.string().max(200).nullable(),
      }),
    )
    .max(10_000),
});
const piece = z.object({ attempt: number, number, offset: number });

/** Files that attempts leave: brought by agents piece by piece, given out for download and never to be shown. */
export function artifactRoutes(dependencies: ApiDependencies): Router {
  const { database } = dependencies;
  const router = Router();

  router.post("/leases/:leaseId/artifacts", async (request, response) => {
    const { attempt, artifacts } = declaration.parse(request.body);
    const { limitBytes, limitCount } = artifactLimits((await readGridConfig(database)).limits);
    const kept = artifacts.filter(({ leftOut }) => leftOut === null);
    if (kept.length > limitCount || kept.reduce((sum, { bytes }) => sum + bytes, 0) > limitBytes)
      throw new Problem(413, "too-many-artifacts", "these are more files than the grid keeps of one attempt");
    const { jobId } = await leaseOf(database, request, { attempt });
    await declareArtifacts(database, jobId, attempt, artifacts);
    response.status(204).end();
  });

  router.post(
    "/leases/:leaseId/artifacts/pieces",
    express.raw({ type: () => true, limit: "1mb" }),
    async (request, response) => {
      const place = piece.parse(request.query);
      const { jobId } = await leaseOf(database, request, place);
      const content = request.body as Buffer;
      if (!(await appendArtifact(database, jobId, { ...place, content })))
        throw new Problem(422, "unknown-artifact", "no such file of this attempt is to be kept");
      response.status(204).end();
    },
  );

  router.get("/jobs/:jobId/artifacts", async (request, response) => {
    const { jobId } = await readJobFacts(database, request.params.jobId);
    const artifacts = await readArtifacts(database, jobId);
    response.json({ artifacts: artifacts.map((artifact) => withLink(artifact, { jobId }, dependencies)) });
  });

  router.get("/jobs/:jobId/artifacts/:attempt/*path", async (request, response) => {
    const { jobId } = await readJobFacts(database, request.params.jobId);
    const path = request.params.path.join("/");
    const artifact = (await readArtifacts(database, jobId)).find(
      (each) => each.path === path && each.attempt === Number(request.params.attempt),
    );
    if (artifact === undefined || artifact.leftOut !== null)
      throw new Problem(
        404,
        "unknown-artifact",
        `${jobId} has kept no file ${path} of that attempt${artifact?.leftOut == null ? "" : `: ${artifact.leftOut}`}`,
      );
    if (artifact.stored < artifact.bytes)
      throw new Problem(
        404,
        "artifact-not-whole",
        `only ${artifact.stored} of the ${artifact.bytes} bytes of ${path} came to the grid`,
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
