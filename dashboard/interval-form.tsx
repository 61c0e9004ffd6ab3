/** Links and a form that choose the interval of a report. */
export function IntervalForm(props: {
  path: string;
  /** ISO times. */
  from: string;
  to: string;
  /** Further parameters of the address. */
  also?: Record<string, string>;
}) {
  const { path, from, to, also = {} } = props;
  const last = (days: number) => `${path}?${new URLSearchParams({ ...also, days: String(days) }).toString()}`;
  return (
    <>
      <p>
        <a href={last(1)}>last day</a> · <a href={last(7)}>7 days</a> · <a href={last(30)}>30 days</a>
      </p>
      <form class="action" method="get" action={path}>
        {Object.entries(also).map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <label>
          From (UTC)
          <input type="date" name="from" value={from.slice(0, 10)} required />
        </label>
        <label>
          To, not included
          <input type="date" name="to" value={to.slice(0, 10)} required />
        </label>
        <button type="submit">Show</button>
      </form>
    </>
  );
}
