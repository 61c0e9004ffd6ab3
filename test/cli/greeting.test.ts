import { expect, test } from "@jest/globals";
import { createGridClient } from "../../client/grid-client.js";
import { createRequests } from "../../client/requests.js";
import type { Context } from "../../cli/context.js";
import { greet } from "../../cli/greeting.js";

test("an API that does not answer while the grid greets does not end the grid", async () => {
  // Nothing listens there.
  const api = "http://127.0.0.1:1";
  const temporal = { address: "127.0.0.1:1", namespace: "default", ui: null, tls: null, isGuarded: false };
  const grid = {
    endpoints: { api, inbox: null, temporal, database: "" },
    token: "t",
    isNew: true,
    stop: async () => undefined,
  };
  const said: string[] = [];
  const print = (line: string) => void said.push(line);
  const context: Context = { env: {}, print, printProgress: print, readInput: async () => "" };
  const client = createGridClient(createRequests(api, "t", { timeoutMs: 1_000, patienceMs: 0 }));
  await greet({ grid, client, context, announce: print, withExamples: true });
  expect(said).toEqual([
    expect.stringContaining(`page      ${api}`),
    expect.stringMatching(/^no sign-in link yet: .*`holdfast page`/),
    expect.stringMatching(/^the examples could not be run: /),
  ]);
});
