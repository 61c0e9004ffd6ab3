import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { eventually } from "../../support/eventually.js";
import { TestGrid } from "../../support/grid.js";
import { GitRepository } from "../../support/git-repository.js";

const suite = 'owner: dev@example.org\nproject: shop\ntests:\n  one: { test: "true" }\n';

describe("addresses of sources", () => {
  let server: Server;
  let visited = 0;
  let own: TestGrid;
  beforeAll(async () => {
    server = createServer((_request, response) => {
      visited++;
      response.writeHead(302, { location: `http://127.0.0.2:${(server.address() as AddressInfo).port}/x` }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    own = await new TestGrid('machines: { alpha: {} }\nsources: { allow: ["127.0.0.1"] }\n').start();
  });
  afterAll(async () => {
    await own.stop();
    server.close();
  });

  const submitUrl = async (url: string) => {
    const source = { kind: "git", url } as const;
    return own.client.submit({ source, owner: "dev@example.org" }, randomUUID());
  };

  test("paths and internal hosts that grid.yaml does not allow are refused at once, with a clear message", async () => {
    const repository = new GitRepository({ "holdfast.yaml": suite });
    await expect(submitUrl(repository.url)).rejects.toThrow(/fetches no sources from its own disk/);
    await expect(submitUrl(repository.folder)).rejects.toThrow(/fetches no sources from its own disk/);
    await expect(submitUrl("http://169.254.169.254/latest")).rejects.toThrow(/not part of the public Internet/);
    await expect(submitUrl("http://[::1]:80/x.git")).rejects.toThrow(/not part of the public Internet/);
    await expect(submitUrl("ssh://git@10.1.2.3/x.git")).rejects.toThrow(/not part of the public Internet/);
    repository.remove();
  });

  test("a redirect to a host that is not allowed is not followed", async () => {
    const { submissionId } = await submitUrl(`http://127.0.0.1:${(server.address() as AddressInfo).port}/repo.git`);
    const rejected = await eventually("the refusal", async () => {
      const submission = await own.client.submission(submissionId);
      return submission.state === "rejected" ? submission : undefined;
    });
    expect(rejected.reason).toMatch(/fetches no sources from 127\.0\.0\.2/);
    expect(visited).toBe(1);
  });
});
