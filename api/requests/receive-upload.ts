import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Request } from "express";
import type { Database } from "../../db/connect.js";
import { noteUploaded, readUploaded } from "../../db/jobs/uploads.js";
import type { GridConfig } from "../../domain/config/grid-file.js";
import { tooLarge } from "../../source/pack/packed.js";
import { caller } from "./caller.js";
import { isDiskFull, noRoom, Problem } from "./problem.js";

/** Packing may make a source larger by this much. */
const overheadBytes = 2 ** 20;

/**
 * Receives uploads into files, so that they need no memory. An upload whose announced length is too large is refused before it
 * is read. The number of uploads at a time, and the bytes per day, are limited for each submitter.
 */
export class UploadReceiver {
  readonly #database: Database;
  readonly #folder: string;
  readonly #open = new Map<string, number>();

  constructor(database: Database, folder: string) {
    this.#database = database;
    this.#folder = folder;
  }

  /**
   * Writes a request's body to a file, gives it to `use`, and removes it afterwards.
   * @throws SourceError if the upload is too large, Problem if a limit of the submitter is reached or the disk is full
   */
  async receive<T>(request: Request, limits: GridConfig["limits"], use: (file: string) => Promise<T>): Promise<T> {
    const limit = limits.source + overheadBytes;
    const announced = Number(request.get("Content-Length") ?? 0);
    if (announced > limit) throw tooLarge(limits.source);
    const { tokenId } = caller();
    const open = this.#open.get(tokenId) ?? 0;
    if (open >= limits.uploads)
      throw new Problem("too-many-uploads", `${open} uploads of this token are in progress (limits.uploads)`);
    this.#open.set(tokenId, open + 1);
    const file = join(this.#folder, randomUUID());
    try {
      const sent = await readUploaded(this.#database, tokenId);
      const left = limits["uploads-per-day"] - sent;
      if (announced > left || left <= 0)
        throw new Problem(
          "too-much-uploaded",
          `this token has sent ${sent} of the ${limits["uploads-per-day"]} bytes of a day (limits.uploads-per-day)`,
        );
      const bytes = await write(request, file, limit, limits.source);
      await noteUploaded(this.#database, tokenId, bytes);
      return await use(file);
    } finally {
      const left = (this.#open.get(tokenId) ?? 1) - 1;
      if (left <= 0) this.#open.delete(tokenId);
      else this.#open.set(tokenId, left);
      await rm(file, { force: true });
    }
  }
}

async function write(request: Request, file: string, limit: number, limitBytes: number): Promise<number> {
  let bytes = 0;
  const counter = new Transform({
    transform(piece: Buffer, _encoding, done) {
      bytes += piece.length;
      done(bytes > limit ? tooLarge(limitBytes) : null, piece);
    },
  });
  try {
    await pipeline(request, counter, createWriteStream(file, { mode: 0o600 }));
    return bytes;
  } catch (error) {
    if (isDiskFull(error)) throw noRoom();
    if ((error as NodeJS.ErrnoException).code === "ERR_STREAM_PREMATURE_CLOSE")
      throw new Problem("incomplete-upload", "the connection ended before the upload did");
    throw error;
  }
}
