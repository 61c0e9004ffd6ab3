const dayMs = 86_400_000;

/**
 * Reads a date such as `2027-01-31`, or a time with its zone such as `2027-01-31T08:00:00Z` or `2027-01-31T08:00+01:00`, in
 * ms since 1970. Dates are those of UTC, whatever the zone of this process. Undefined for what is neither: a time without a
 * zone means something else on each machine, and there is no 31 February.
 * @param edge whether a date means its beginning, or its end: `until: 2027-01-31` includes that day
 */
export function parseTime(text: string, edge: "start" | "end" = "start"): number | undefined {
  const clean = text.trim();
  const isDate = /^\d{4}-\d\d-\d\d$/.test(clean);
  if (!isDate && !/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?\s?(Z|[+-]\d\d:?\d\d)$/i.test(clean)) return undefined;
  const parsed = Date.parse(isDate ? `${clean}T00:00:00Z` : clean.replace(/^(\S+) (\d)/, "$1T$2").replace(/\s/, ""));
  if (Number.isNaN(parsed)) return undefined;
  const time = isDate && edge === "end" ? parsed + dayMs : parsed;
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)/.exec(clean)!;
  // The calendar of JavaScript goes on with March where February has no such day.
  const isInMonth = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day);
  return isInMonth ? time : undefined;
}

/** An ISO time for people: `2026-11-23 05:51:07 UTC`. */
export function timeOf(iso: string): string {
  return `${iso.slice(0, 19).replace("T", " ")} UTC`;
}
