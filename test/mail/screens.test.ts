import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { accessSync, constants } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { type Browser, chromium } from "playwright-core";
import { allMails } from "../support/mails.js";

jest.setTimeout(120_000);

const program = ["chromium", "chromium-browser", "google-chrome"]
  .flatMap((name) => (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, name)))
  .find(isExecutable);
/** Where pictures are kept to be looked at; without it they go. */
const kept = process.env["HOLDFAST_PICTURES"];

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const hostile = "<img src=x onerror=alert(1)>‮ abc".repeat(2) + "x".repeat(5_000);
const mails = [...allMails(), ...allMails(hostile).map(([name, mail]) => [`hostile-${name}`, mail] as const)];

if (program === undefined) test.skip("mails on a screen: no chromium is installed, see STACK.md", () => undefined);
else
  describe("a mail on a screen", () => {
    const folder = kept ?? mkdtempSync(join(tmpdir(), "holdfast-mails-"));
    let browser: Browser;
    beforeAll(async () => {
      const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
      browser = await chromium.launch({ executablePath: program, args, timeout: 60_000 });
    });
    afterAll(async () => {
      await browser.close();
      if (kept === undefined) rmSync(folder, { recursive: true, force: true });
    });

    describe.each([
      [360, "light"],
      [360, "dark"],
      [1100, "light"],
      [1100, "dark"],
    ] as const)("%i pixels wide and %s", (width, colorScheme) => {
      test("is never wider than that, asks nobody for anything, and runs nothing", async () => {
        const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
        const asked: string[] = [];
        page.on("request", (request) => asked.push(request.url()));
        page.on("dialog", (dialog) => asked.push(dialog.message()));
        const found: Record<string, unknown> = {};
        for (const [name, { html }] of mails) {
          const file = join(folder, `${name}.html`);
          writeFileSync(file, html);
          await page.goto(pathToFileURL(file).href);
          const look = await page.evaluate<Look>(looking);
          if (kept !== undefined)
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

interface Look {
  isTooWide: boolean;
  /** Elements that no mail has. */
  strange: string[];
  /** Texts that stand out too little from their ground (WCAG 2.2, 1.4.3). */
  paleText: string[];
}

/** Run in the page. */
const looking = `(() => {
  const root = document.documentElement;
  const strange = [...document.querySelectorAll("script,img,iframe,object,form,input,[onerror],[onload],[onclick]")].map((element) => element.tagName);
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = channels(colour).map((value) => value / 255).map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const groundOf = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const ground = getComputedStyle(at).backgroundColor;
      if (channels(ground)[3] !== 0) return ground;
    }
    return "rgb(255, 255, 255)";
  };
  const pale = new Set();
  for (const element of document.body.querySelectorAll("*")) {
    if (![...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== "")) continue;
    const [one, other] = [light(getComputedStyle(element).color), light(groundOf(element))];
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (contrast < 4.5) pale.add(element.tagName + "." + element.className + " " + contrast.toFixed(2));
  }
  return { isTooWide: root.scrollWidth > root.clientWidth, strange, paleText: [...pale] };
})()`;
