import { formatDuration } from "../time/duration.js";

/** A duration for people: `0s`, `12m`, `2h 10m`; a dash for null. */
export function formatSpan(durationMs: number | null): string {
  if (durationMs === null) return "–";
  return durationMs === 0 ? "0s" : formatDuration(durationMs);
}

/** Hours for people: a whole number from 10 on, else with one decimal, or two below 0.1. */
export function formatHours(durationMs: number): string {
  const hours = durationMs / 3_600_000;
  return hours >= 10 ? String(Math.round(hours)) : hours.toFixed(hours === 0 ? 0 : hours < 0.1 ? 2 : 1);
}

/** `1 job`, `2 jobs`. */
export function formatCount(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

/** A share for people: `4.2 %`; a dash for null. */
export function formatShare(share: number | null): string {
  return share === null ? "–" : `${(share * 100).toFixed(1)} %`;
}
