const dayMs = 86_400_000;

/**
 * Parses a date such as `2027-01-31`, or a time with its zone such as `2027-01-31T08:00:00Z` or `2027-01-31T08:00+01:00`. Returns
 * ms since 1970. Dates are in UTC, whatever the zone of this process. Undefined for other texts: a time without a zone would mean
 * something else on each machine, and February 31 does not exist.
 * @param edge whether a date means the beginning or the end of that day: `until: 2027-01-31` includes the day
 */
export function parseTime(text: string, edge: "start" | "end" = "start"): number | undefined {
  const clean = text.trim();
  const isDate = /^\d{4}-\d\d-\d\d$/.test(clean);
  if (!isDate && !/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?\s?(Z|[+-]\d\d:?\d\d)$/i.test(clean)) return undefined;
  const parsed = Date.parse(isDate ? `${clean}T00:00:00Z` : clean.replace(/^(\S+) (\d)/, "$1T$2").replace(/\s/, ""));
  if (Number.isNaN(parsed)) return undefined;
  const time = isDate && edge === "end" ? parsed + dayMs : parsed;
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)/.exec(clean)!;
  // JavaScript turns February 31 into a day of March.
  const isInMonth = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day);
  return isInMonth ? time : undefined;
}

/** An ISO time for people: `2026-11-23 05:51:07 UTC`. */
export function timeOf(iso: string): string {
  return `${iso.slice(0, 19).replace("T", " ")} UTC`;
}
