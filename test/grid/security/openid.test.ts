import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { Provider } from "oidc-provider";
import type { Browser, Page } from "playwright-core";
import { TestGrid } from "../../support/grid.js";
import { browserProgram, openBrowser } from "../../support/screen.js";

const secret = "of-this-grid";
const people: Record<string, { groups: string[]; email: string; email_verified: boolean }> = {
  ada: { groups: ["lab"], email: "Ada@example.org", email_verified: true },
  ben: { groups: ["guests"], email: "ben@example.org", email_verified: false },
  eve: { groups: [], email: "eve@example.org", email_verified: true },
};

/** A real provider on this machine, with its own pages for name and consent. */
async function startProvider(redirects: () => string[]): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => callback?.(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(url, {
    clients: [{ client_id: "holdfast", client_secret: secret, redirect_uris: redirects(), response_types: ["code"] }],
    claims: { openid: ["sub"], email: ["email", "email_verified"], groups: ["groups"] },
    scopes: ["openid", "email", "groups"],
    cookies: { keys: ["of the provider"] },
    findAccount: (_context, id) => ({ accountId: id, claims: async () => ({ sub: id, ...people[id] }) }),
  });
  const callback = provider.callback() as (...given: unknown[]) => void;
  return { url, server };
}

(browserProgram === undefined ? describe.skip : describe)("sign-in by OpenID Connect (needs chromium)", () => {
  let grid: TestGrid;
  let provider: Awaited<ReturnType<typeof startProvider>>;
  let browser: Browser;
  const file = (issuer: string) => `machines: { alpha: {} }
sign-in:
  issuer: ${issuer}
  client-id: holdfast
  scopes: [openid, email, groups]
  roles: { operator: [lab], submitter: [guests] }
`;
  const apply = async (issuer: string) =>
    grid.client.apply({ file: "grid.yaml", folder: grid.folder, text: file(issuer), sources: {} });
  beforeAll(async () => {
    // The provider prints warnings about its test settings.
    for (const method of ["warn", "info"] as const) jest.spyOn(console, method).mockImplementation(() => undefined);
    grid = await new TestGrid("machines: { alpha: {} }\n", { HOLDFAST_OIDC_SECRET: secret }).start();
    provider = await startProvider(() => [`${grid.endpoints.api}/sign-in/openid/callback`]);
    await apply(provider.url);
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser.close();
    provider.server.closeAllConnections();
    provider.server.close();
    await grid.stop();
  });

  /** Signs a person in with a browser of their own, from a page deep in the grid. */
  async function signIn(name: string): Promise<Page> {
    const page = await (await browser.newContext()).newPage();
    await page.goto(`${grid.endpoints.api}/downtime?days=30`);
    await page.getByText(`Sign in at ${new URL(provider.url).host}`).click();
    await page.fill("[name=login]", name);
    await page.fill("[name=password]", "any");
    await page.click("[type=submit]");
    await page.click("[type=submit]");
    await page.waitForURL((url) => url.href.startsWith(grid.endpoints.api));
    return page;
  }

  const session = (page: Page) => page.evaluate<object>("fetch('/api/v1/session').then((answer) => answer.json())");

  test("a person gets the role of their group, and returns to the page that they opened", async () => {
    const page = await signIn("ada");
    expect(page.url()).toBe(`${grid.endpoints.api}/downtime?days=30`);
    expect(await session(page)).toMatchObject({
      name: "Ada@example.org",
      role: "operator",
      address: "ada@example.org",
    });
    const audit = (await grid.client.audit({})).audit;
    expect(audit).toContainEqual(expect.objectContaining({ actor: "Ada@example.org", action: "sign in" }));
  });

  test("an address that the provider has not verified gives no rights over its jobs", async () => {
    const page = await signIn("ben");
    expect(await session(page)).toMatchObject({ role: "submitter", address: null });
  });

  test("a person who is in no group with a role gets a message, and no access", async () => {
    const page = await signIn("eve");
    await page.getByText("has no role in this grid").waitFor();
    expect((await page.goto(`${grid.endpoints.api}/`))!.url()).toContain("/sign-in");
  });

  test("a person's sessions end when their token is revoked; their next sign-in creates another token", async () => {
    const page = await signIn("ada");
    const mine = (await grid.client.tokens()).tokens.filter(
      ({ name, revokedAt }) => name.startsWith("Ada") && revokedAt === null,
    );
    expect(mine).toHaveLength(1);
    await grid.client.revokeToken(mine[0]!.tokenId, "admin");
    await page.reload();
    expect(page.url()).toContain("/sign-in");
    expect(await session(await signIn("ada"))).toMatchObject({ role: "operator" });
  });

  test("the callback of a sign-in that did not begin in this browser is refused", async () => {
    const page = await (await browser.newContext()).newPage();
    const answer = await page.goto(`${grid.endpoints.api}/sign-in/openid/callback?code=stolen&state=guessed`);
    expect(answer!.status()).toBe(401);
    await page.getByText("This sign-in began in another browser").waitFor();
  });

  test("sign-in by token works while the provider is away", async () => {
    await apply("http://127.0.0.1:9");
    const page = await (await browser.newContext()).newPage();
    await page.goto(`${grid.endpoints.api}/sign-in/openid?to=/downtime`);
    await page.getByRole("alert").getByText("127.0.0.1:9").waitFor();
    await page.getByLabel("Your token").fill(grid.token);
    await page.getByRole("button", { name: "Sign in" }).click();
    expect(page.url()).toBe(`${grid.endpoints.api}/downtime`);
    await apply(provider.url);
  });
});
