import { toneOf, When } from "./layout.js";

export interface StateLine {
  name: string;
  /** The page about it. */
  page: string;
  state: string;
  /** ISO; empty if it is not known. */
  since: string;
  detail: string;
}

/** Services or machines with their states. */
export function StateTable({ lines }: { lines: readonly StateLine[] }) {
  return (
    <table>
      {lines.map(({ name, page, state, since, detail }) => (
        <tr>
          <td>
            <a href={page}>{name}</a>
          </td>
          <td class={toneOf(state)}>{state}</td>
          <td class="soft">
            {since === "" ? null : (
              <>
                since <When at={since} />
              </>
            )}
          </td>
          <td>{detail}</td>
        </tr>
      ))}
    </table>
  );
}

export const servicePageOf = (name: string): string => `/services/${encodeURIComponent(name)}`;
export const machinePageOf = (name: string): string => `/machines/${encodeURIComponent(name)}`;
