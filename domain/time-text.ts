/** Reads a date or time such as `2027-01-31` or `2027-01-31T08:00:00Z`, in ms since 1970. Undefined for what is none, 31 February included. */
export function parseTime(text: string): number | undefined {
  const time = Date.parse(text);
  if (Number.isNaN(time)) return undefined;
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)/.exec(text) ?? [];
  if (day === undefined) return time;
  // The calendar of JavaScript goes on with March where February has no such day.
  const isInMonth = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day);
  return isInMonth ? time : undefined;
}

/** An ISO time for people: `2026-11-23 05:51:07 UTC`. */
export function timeOf(iso: string): string {
  return `${iso.slice(0, 19).replace("T", " ")} UTC`;
}
