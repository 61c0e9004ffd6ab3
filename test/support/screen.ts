import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

/** The browser of this machine; undefined if none is installed. */
export const browserProgram = ["chromium", "chromium-browser", "google-chrome"]
  .flatMap((name) => (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, name)))
  .find(isExecutable);

/** The folder that keeps the pictures. Without it they are deleted. */
export const picturesFolder = process.env["HOLDFAST_PICTURES"];

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export async function openBrowser(): Promise<Browser> {
  const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
  return chromium.launch({ executablePath: browserProgram!, args, timeout: 60_000 });
}

export interface LayoutProblems {
  isTooWide: boolean;
  /** Elements that no mail may have. */
  strange: string[];
  /** Texts with too little contrast (WCAG 2.2, 1.4.3). */
  paleText: string[];
}

/** A script that runs in the page and gives a `Look`. */
export const layoutCheck = `(() => {
  for (const folded of document.querySelectorAll("details")) folded.open = true;
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
    if (element.closest("svg") !== null) continue;
    if (![...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== "")) continue;
    const [one, other] = [light(getComputedStyle(element).color), light(groundOf(element))];
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (contrast < 4.5) pale.add(element.tagName + "." + element.className + " " + contrast.toFixed(2));
  }
  return { isTooWide: root.scrollWidth > root.clientWidth, strange, paleText: [...pale] };
})()`;
