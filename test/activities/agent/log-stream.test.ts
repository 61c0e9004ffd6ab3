import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, jest, test } from "@jest/globals";
import { openLogStream } from "../../../activities/agent/attempt/log-stream.js";
import type { AgentApi } from "../../../client/agent-api.js";

/** A stream that records what it sends. */
function openStream(limitBytes: number) {
  const sent: { offset: number; content: Buffer }[] = [];
  const api = {
    appendLog: async (_leaseId: string, _attempt: number, offset: number, content: Buffer) => {
      sent.push({ offset, content });
    },
  } as unknown as AgentApi;
  const spool = join(mkdtempSync(join(tmpdir(), "holdfast-log-")), "log");
  const stream = openLogStream({ api, leaseId: "lease", attempt: 1, limitBytes, spool });
  return { stream, text: () => Buffer.concat(sent.map(({ content }) => content)).toString(), sent };
}

afterEach(() => {
  jest.useRealTimers();
});

test("the end of a long log is complete even if a piece is sent during the search for the first failure", async () => {
  jest.useFakeTimers({ doNotFake: ["setImmediate", "nextTick", "queueMicrotask"] });
  const { stream, text, sent } = openStream(1_000);
  stream.write(`first line\n${"before\n".repeat(600_000)}not ok 1 - the needle\n`);
  stream.write(`${"after\n".repeat(600_000)}last line\n`);
  const end = stream.end(["the needle"]);
  jest.advanceTimersByTime(1_000);
  expect(await end).toBe(true);
  for (const part of ["first line", "not ok 1 - the needle", "last line", "bytes are left out here"])
    expect(text()).toContain(part);
  let expected = 0;
  for (const { offset, content } of sent) {
    expect(offset).toBe(expected);
    expected += content.length;
  }
});

test("a short log is sent as it is", async () => {
  const { stream, text } = openStream(1_000);
  stream.write("one\n");
  stream.write(Buffer.from("two\n"));
  expect(await stream.end()).toBe(true);
  expect(await stream.end(["two"])).toBe(true);
  expect(text()).toBe("one\ntwo\n");
});
