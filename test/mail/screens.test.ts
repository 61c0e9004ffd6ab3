import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import type { Browser } from "playwright-core";
import { allMails } from "../support/mails.js";
import { browserProgram, picturesFolder, type LayoutProblems, layoutCheck, openBrowser } from "../support/screen.js";

jest.setTimeout(120_000);

const hostile = "<img src=x onerror=alert(1)>‮ abc".repeat(2) + "x".repeat(5_000);
const mails = [...allMails(), ...allMails(hostile).map(([name, mail]) => [`hostile-${name}`, mail] as const)];

if (browserProgram === undefined) test.skip("mails on a screen: no chromium is installed", () => undefined);
else
  describe("a mail on a screen", () => {
    const folder = picturesFolder ?? mkdtempSync(join(tmpdir(), "holdfast-mails-"));
    let browser: Browser;
    beforeAll(async () => {
      browser = await openBrowser();
    });
    afterAll(async () => {
      await browser.close();
      if (picturesFolder === undefined) rmSync(folder, { recursive: true, force: true });
    });

    describe.each([
      [360, "light"],
      [360, "dark"],
      [1100, "light"],
      [1100, "dark"],
    ] as const)("of %i pixels in %s mode", (width, colorScheme) => {
      test("fits the width, sends no requests, and runs no script", async () => {
        const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
        const asked: string[] = [];
        page.on("request", (request) => asked.push(request.url()));
        page.on("dialog", (dialog) => asked.push(dialog.message()));
        const found: Record<string, unknown> = {};
        for (const [name, { html }] of mails) {
          const file = join(folder, `${name}.html`);
          writeFileSync(file, html);
          await page.goto(pathToFileURL(file).href);
          const look = await page.evaluate<LayoutProblems>(layoutCheck);
          if (picturesFolder !== undefined)
            await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
          found[name] = look;
        }
        await page.close();
        expect(found).toEqual(
          Object.fromEntries(mails.map(([name]) => [name, { isTooWide: false, strange: [], paleText: [] }])),
        );
        expect(asked.filter((url) => !url.startsWith("file:"))).toEqual([]);
      });
    });
  });
