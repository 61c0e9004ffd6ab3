import { renderPage } from "./layout.js";

export interface ErrorPage {
  status: number;
  /** What went wrong, for people. */
  detail: string;
}

/** The page for an error: there is no such page, or the caller may not see it. */
export function errorPage({ status, detail }: ErrorPage): string {
  const title = status === 404 ? "Nothing is here" : status === 403 ? "Not allowed" : "That did not work";
  return renderPage({ title, live: null, reader: null }, [
    <h2>{title}</h2>,
    <p>{detail}</p>,
    <p>
      <a href="/">Back to the grid</a>
    </p>,
  ]);
}
