import { createServer, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { freePort } from "../../../grid/ports.js";
import { TestGrid } from "../../support/grid.js";

/** Tests in three languages. A helper of a helper needs a service that no suite file declares. */
describe("requirements in the code of tests", () => {
  let grid: TestGrid;
  let nfs: Server | undefined;
  let port: number;
  beforeAll(async () => {
    port = await freePort();
    grid = await new TestGrid(`machines: { alpha: { slots: 3 } }
services: { nfs: { probe: { tcp: "127.0.0.1:${port}" }, every: 200ms, down: 1, up: 1 } }
analysis: { functions: { "shelf.Client.connect": ["service:nfs"] } }
`).start();
  });
  afterAll(async () => {
    await grid.stop();
    nfs?.close();
  });

  const files = {
    "test_home.py":
      "import holdfast_library\n\ndef helper():\n    deeper()\n\ndef deeper():\n    holdfast_library.tcp_connect('nfs').close()\n\nhelper()\n",
    "home.sh":
      '. "$HOLDFAST_LIBRARY/library.sh"\nhelper() { deeper; }\ndeeper() { # requires: service:nfs\n  holdfast_address nfs\n}\nhelper\n',
    "home.test.ts":
      'import { connect } from "node:net";\nconst open = () => connect(Number(port), "127.0.0.1");\nconst port = "' +
      "PORT" +
      '";\nopen().on("connect", () => process.exit(0));\n',
    "holdfast.yaml": `owner: dev@example.org
project: tests
tests:
  python: { test: python3 test_home.py }
  shell: { test: sh home.sh, recommend: ["command:jq"] }
  typescript: { test: node home.test.ts, waive: [{ "command:jq": "mocked here" }] }
  unread: { test: make check || true }
`,
  };

  test("hold them while it is down, with the chain, and run them when it is up", async () => {
    const { jobs } = await grid.submit({
      ...files,
      "home.test.ts": files["home.test.ts"].replace("PORT", String(port)),
    });
    const idOf = (name: string) => jobs.find((job) => job.test === name)!.jobId;
    for (const name of ["python", "shell", "typescript"]) await grid.jobIn(idOf(name), "held");
    const chainOf = async (name: string) =>
      (await grid.client.why(idOf(name))).requirements
        .find(({ requirement }) => requirement === "service:nfs")
        ?.chain.map((link) => `${link.name} ${link.file}:${link.line}`);
    expect(await chainOf("python")).toEqual([
      "helper test_home.py:9",
      "deeper test_home.py:4",
      "tcp_connect test_home.py:7",
    ]);
    expect(await chainOf("shell")).toEqual(["helper home.sh:6", "deeper home.sh:2"]);
    expect(await chainOf("typescript")).toEqual(["open home.test.ts:4", "net.connect home.test.ts:2"]);
    expect(await grid.client.why(idOf("shell"))).toMatchObject({ recommend: ["command:jq"] });
    const unread = await grid.finished(idOf("unread"));
    expect(unread).toMatchObject({ verdict: "pass", requirements: [] });
    expect(unread.analysis?.unread).toMatch(/^nothing read: the command "make check/);
    nfs = createServer((socket) => socket.on("error", () => undefined).end()).listen(port, "127.0.0.1");
    for (const name of ["python", "shell", "typescript"])
      expect(await grid.finished(idOf(name))).toMatchObject({ verdict: "pass" });
  });
});
