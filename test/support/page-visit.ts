import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { picturesFolder } from "./screen.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Waits until a page shows a text. */
export async function showsText(page: Page, text: string | RegExp): Promise<void> {
  await page.getByText(text).first().waitFor({ timeout: 60_000 });
}

/** Takes a picture, if pictures are kept. */
export async function takePicture(page: Page, name: string): Promise<void> {
  if (picturesFolder !== undefined)
    await page.screenshot({ path: join(picturesFolder, `live-${name}.png`), fullPage: true });
}

/** Violations of WCAG 2.2 AA that axe finds on a page. */
export async function violationsOn(page: Page): Promise<[string, string[]][]> {
  await page.evaluate(axe);
  const found = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
    'axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] })',
  );
  return found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}
