import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import { eventually } from "../../support/eventually.js";
import { TestGrid } from "../../support/grid.js";
import { showsText, takePicture, violationsOn } from "../../support/page-visit.js";
import { browserProgram, openBrowser } from "../../support/screen.js";

(browserProgram === undefined ? describe.skip : describe)("the page in a browser (needs chromium)", () => {
  let grid: TestGrid;
  let browser: Browser;
  let page: Page;
  const mistakes: string[] = [];
  beforeAll(async () => {
    grid = await new TestGrid(
      "machines: { alpha: {}, beta: {} }\nservices: { nfs: { probe: { script: 'true' } } }\n",
    ).start();
    browser = await openBrowser();
    page = await (await browser.newContext({ viewport: { width: 1200, height: 900 } })).newPage();
    page.on("pageerror", (error) => mistakes.push(String(error)));
    await page.goto((await grid.client.signInLink()).url);
  });
  afterAll(async () => {
    await browser.close();
    await grid.stop();
  });

  const at = (path: string) => `${grid.endpoints.api}${path}`;
  const shows = (text: string | RegExp) => showsText(page, text);
  const look = (name: string) => takePicture(page, name);
  const violations = () => violationsOn(page);
  const loads = () => page.evaluate<number>("performance.timeOrigin");

  test("an author sees a job change, its log grow and its end, without loading the page again", async () => {
    const script = "for n in 1 2 3 4 5 6 7 8; do printf '\\033[32mline %s\\033[0m\\n' $n; sleep 0.5; done; exit 1\n";
    const jobId = await grid.submitOne("test: sh run.sh", { "run.sh": script });
    await page.goto(at(`/jobs/${jobId}`));
    const loaded = await loads();
    await page.locator("pre.log .ansi-green-fg", { hasText: "line 3" }).waitFor();
    await page.locator("h2 .bad", { hasText: "fail" }).waitFor({ timeout: 60_000 });
    await page.getByLabel("Search").fill("LINE 7");
    await page.getByText("1 of 8 lines").waitFor();
    expect(await loads()).toBe(loaded);
    await page.getByLabel("Search").fill("");
    await page.locator("#L5 a").click();
    await page.locator("#L5.target").waitFor();
    expect(await violations()).toEqual([]);
    await look("job");
    await page.getByRole("button", { name: "Run again" }).click();
    await page.waitForURL((url) => /\/jobs\/\w+$/.test(url.pathname) && !url.pathname.endsWith(jobId));
  });

  test("the page recovers by itself after the API is killed", async () => {
    await page.goto(at("/"));
    const loaded = await loads();
    await shows("The grid is open");
    grid.kill("api");
    await page.locator("#connection:not([hidden])").waitFor();
    await page.locator("#connection[hidden]").waitFor({ state: "attached", timeout: 60_000 });
    await grid.client.pause({ scope: "grid", reason: "new switch" });
    await shows("The grid is paused");
    expect(await loads()).toBe(loaded);
    await look("grid");
  });

  test("an operator sees what a pause holds before it is in effect, and ends it again", async () => {
    await page.goto(at("/"));
    await page.getByLabel("Why").first().fill("switch is there");
    await page.getByRole("button", { name: "End it" }).first().click();
    await shows("The grid is open");
    await page.goto(at("/pauses/preview?scope=service:nfs"));
    await shows("A pause would hold 0 jobs");
    await page.getByLabel("Also stop what runs").check();
    await page.getByLabel("Why").first().fill("moves");
    // A change that others make meanwhile does not reset the form.
    await grid.finished(await grid.submitOne('test: "true"'));
    await page.waitForTimeout(2_000);
    expect(await page.getByLabel("Also stop what runs").isChecked()).toBe(true);
    await page.getByRole("button", { name: "Pause" }).click();
    await shows("It is paused.");
    expect((await grid.client.pauses("0")).pauses).toMatchObject([{ scope: "service", name: "nfs" }]);
    expect(await violations()).toEqual([]);
    await look("pause");
    await page.getByLabel("Why").first().fill("moved");
    await page.getByRole("button", { name: "Resume" }).click();
    await shows("Nothing is paused yet");
  });

  test("an admin creates a token, and its secret is shown once", async () => {
    await page.goto(at("/tokens"));
    await page.getByLabel("For whom or what").fill("ann");
    await page.getByRole("button", { name: "Create a token" }).click();
    await shows(/^hf_/);
    const token = await page.locator("output").first().textContent();
    const answer = await fetch(at("/api/v1/session"), { headers: { authorization: `Bearer ${token}` } });
    expect(await answer.json()).toMatchObject({ name: "ann", role: "submitter" });
    await page.locator("td", { hasText: /^ann$/ }).waitFor();
    // The page has refreshed itself by now, and must still show the secret.
    expect(await page.locator("output").first().textContent()).toBe(token);
    expect(await violations()).toEqual([]);
    await look("tokens");
  });

  test("a manager sees when a test passes, where, and how long it takes", async () => {
    const suite = (script: string) =>
      `owner: dev@example.org\nproject: shop\ntests:\n  basket:\n    test: ${script}\n    matrix: { size: [small, large] }\n`;
    for (const script of ["'true'", "'[ $HOLDFAST_VARIANT_SIZE = small ]'"]) {
      const { jobs } = await grid.submit({ "holdfast.yaml": suite(script) });
      for (const { jobId } of jobs) await grid.finished(jobId);
    }
    const { runs } = await grid.client.runs({ project: "shop", test: "basket" });
    expect(runs.map(({ variant, verdict }) => `${variant["size"]} ${verdict}`).sort()).toEqual([
      "large fail",
      "large pass",
      "small pass",
      "small pass",
    ]);
    await page.goto(at("/tests?project=shop&test=basket"));
    await shows("3 of the last 4 runs passed");
    await page.locator("figure.chart canvas").nth(1).waitFor();
    expect(await violations()).toEqual([]);
    await look("test");
    await page.goto(at("/statistics"));
    await shows(/jobs ended: \d+ passed/);
    await page.getByRole("link", { name: "basket of shop" }).first().waitFor();
    await look("statistics");
    const figures = await grid.client.statistics({ project: "shop" });
    expect(figures.projects).toMatchObject([{ project: "shop", pass: 3, fail: 1, abort: 0, flaky: 0 }]);
    // Requests within a minute share an answer, but not across projects.
    expect((await grid.client.statistics({ project: "nobody" })).projects).toEqual([]);
  });

  test("an admin sees what a service holds, and drains a machine on its page", async () => {
    await grid.client.override("nfs", { state: "down", for: "1h", reason: "tried by hand" });
    const jobId = await grid.submitOne('test: "true"\nrequire: [service:nfs]');
    await grid.jobIn(jobId, "held");
    await page.goto(at("/"));
    await page.getByRole("link", { name: "nfs", exact: true }).first().click();
    await page.getByRole("heading", { name: "Service nfs: down" }).waitFor();
    await page.locator(`a[href="/jobs/${jobId}"]`).waitFor();
    await shows("a script, every 10s");
    expect(await violations()).toEqual([]);
    await look("service");
    await grid.client.endOverride("nfs", { reason: "done" });
    await grid.finished(jobId);
    await page.locator(`a[href="/jobs/${jobId}"]`).waitFor({ state: "detached", timeout: 60_000 });
    await page.goto(at("/machines/beta"));
    const drain = page.locator("form", { has: page.getByRole("button", { name: "Drain" }) });
    await drain.getByLabel("Why").fill("new disk");
    await drain.getByRole("button").click();
    await page.getByRole("heading", { name: /Machine beta: .*draining/ }).waitFor();
    expect(await grid.client.machine("beta")).toMatchObject({ draining: true, outcomes: expect.any(Object) });
    await look("machine");
    await grid.client.drain("beta", { draining: false, reason: "done" });
  });

  test("an operator tries a rule before it is in effect, ends it, and plans maintenance", async () => {
    await page.goto(at("/rules"));
    await page.getByLabel("Tests").fill("bask*");
    await page.getByLabel("Not on machines").fill("beta");
    await page.getByLabel("Why").fill("no display");
    await page.getByRole("button", { name: "Send" }).click();
    await shows(/Would change:\s+basket: not on beta/);
    expect((await grid.client.exclusions()).exclusions).toEqual([]);
    await page.getByLabel("What to do").selectOption("apply it");
    await page.getByRole("button", { name: "Send" }).click();
    await page.locator("td", { hasText: "1 test, not on beta" }).waitFor();
    expect(await violations()).toEqual([]);
    await look("rules");
    await page.getByLabel("Why").first().fill("it has one now");
    await page.getByRole("button", { name: "End it" }).click();
    await shows("Every test may run on every machine");
    await page.goto(at("/pauses/preview?scope=machine:beta"));
    const plan = page.locator("form", { has: page.getByRole("button", { name: "Plan" }) });
    await plan.getByLabel("From").fill("2099-01-10T08:00");
    await plan.getByLabel("Until").fill("2099-01-10T12:00");
    await plan.getByLabel("Why").fill("new disks");
    await plan.getByRole("button").click();
    await plan.locator("output", { hasText: "Done." }).waitFor();
    const [window] = (await grid.client.pauses("0")).pauses;
    expect(window).toMatchObject({ kind: "maintenance", since: new Date("2099-01-10T08:00").toISOString() });
    await grid.client.cancelPause(window!.pauseId, { reason: "done" });
  });

  test("an admin stores a secret, and tries a grid.yaml before it is applied", async () => {
    await page.goto(at("/secrets"));
    await page.getByLabel("Project").fill("shop");
    await page.getByLabel("Name").fill("DEPLOY_KEY");
    await page.getByLabel("Value").fill("of-no-use-here");
    await page.getByRole("button", { name: "Store" }).click();
    await page.locator("td", { hasText: "DEPLOY_KEY" }).waitFor();
    expect(await page.content()).not.toContain("of-no-use-here");
    await page.goto(at("/configuration"));
    const text = "machines: { alpha: {}, beta: {} }\nservices: { nfs: { probe: { script: 'true' }, down: 7 } }\n";
    await page.getByLabel("grid.yaml").fill(text.replace("down", "dwon"));
    await page.getByRole("button", { name: "Send" }).click();
    await shows(/grid\.yaml:2:\d+: .*dwon/);
    await page.getByLabel("grid.yaml").fill(text);
    await page.getByRole("button", { name: "Send" }).click();
    await shows(/Would change:[^]*services\.nfs\.down: 3 → 7/);
    expect((await grid.client.service("nfs")).settings).toMatchObject({ down: 3 });
    await page.getByLabel("What to do").selectOption("apply it");
    await page.getByRole("button", { name: "Send" }).click();
    await shows(/Applied:/);
    expect((await grid.client.service("nfs")).settings).toMatchObject({ down: 7 });
    await look("configuration");
  });

  test("every page opens, follows the rules of WCAG, and fits a phone", async () => {
    await eventually("the jobs to end", async () =>
      (await grid.client.jobs({ state: "running" })).jobs.length === 0 ? true : undefined,
    );
    await page.setViewportSize({ width: 360, height: 700 });
    const { jobs } = await grid.client.jobs({});
    const found: unknown[] = [];
    const paths = [
      "/",
      "/submissions",
      "/submissions?owner=dev@example.org",
      "/downtime",
      "/statistics",
      "/tests?project=shop&test=basket",
      "/services/nfs",
      "/services/grid%2Fcontrol",
      "/machines/alpha",
      "/audit",
      "/mails",
      "/tokens",
      "/secrets",
      "/triggers",
      "/rules",
      "/configuration",
      "/failures",
      `/submissions/${jobs[0]!.submissionId}`,
      `/jobs/${jobs[0]!.jobId}`,
    ];
    for (const path of paths) {
      const answer = await page.goto(at(path));
      const isTooWide = await page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth",
      );
      found.push([path, answer?.status(), isTooWide, await violations()]);
    }
    expect(found).toEqual(paths.map((path) => [path, 200, false, []]));
    expect((await page.goto(at("/nowhere")))?.status()).toBe(404);
    await shows("Nothing is here");
    expect(mistakes).toEqual([]);
  });
});
