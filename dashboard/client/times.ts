const everyMs = 10_000;
const units = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;
const wording = new Intl.RelativeTimeFormat("en", { numeric: "always" });

/** Shows times relative to now; the exact time is shown on hover. */
export function keepTimesFresh(): void {
  showTimes();
  setInterval(showTimes, everyMs);
}

export function showTimes(): void {
  for (const element of document.querySelectorAll<HTMLTimeElement>("time.when")) {
    const text = relative(Date.parse(element.dateTime) - Date.now());
    if (element.textContent !== text) element.textContent = text;
  }
}

function relative(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  for (const [unit, size] of units)
    if (Math.abs(seconds) >= size) return wording.format(Math.trunc(seconds / size), unit);
  return "now";
}
