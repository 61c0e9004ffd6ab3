import { readFile } from "node:fs/promises";
import { discover } from "./discover.js";
import { OpenSource } from "./open-source.js";
import { tooDeep } from "./unreadable.js";
import { unpack } from "../source/pack/unpack.js";
import type { ReadResponse, ReadRequest } from "./reader-process.js";

/** The reader process: it answers one question at a time, and ends when the process that started it ends. */

/** The source of the last question. It is kept because tests of one source follow each other. */
let opened: OpenSource | undefined;

function openedAt(folder: string): OpenSource {
  if (opened?.view.folder !== folder) opened = new OpenSource(folder);
  return opened;
}

async function answer(question: ReadRequest): Promise<ReadResponse> {
  switch (question.kind) {
    case "unpack":
      await unpack(await readFile(question.file), question.folder);
      return { unpacked: true };
    case "find":
      return { found: await discover(openedAt(question.folder), question.code, question.known) };
  }
}

process.on("message", (question: ReadRequest) => {
  answer(question).then(
    (told) => process.send?.(told),
    (error: unknown) => process.send?.(answerTo(error)),
  );
});
// Most sources need this, so it is loaded before the first question.
await import("./typescript/read.js");
process.send?.("ready");

/** Errors of a machine that cannot read or write now. They say nothing about the code. */
const machineTrouble = new Set(["ENOSPC", "EDQUOT", "EIO", "EROFS", "EMFILE", "ENFILE", "ENOMEM", "EACCES", "EPERM"]);

function answerTo(error: unknown): ReadResponse {
  const { code, message } = error as NodeJS.ErrnoException;
  return code !== undefined && machineTrouble.has(code) ? { trouble: message } : { refusal: refusalText(error) };
}

function refusalText(error: unknown): string {
  if (error instanceof RangeError) return tooDeep;
  return error instanceof Error ? error.message : String(error);
}
