import { Bookshop } from "holdfast/library";

const shop = new Bookshop();

/** The titles of all books for sale. Every test that calls this needs the bookshop, without declaring it. */
export async function titlesOnTheShelf(): Promise<string[]> {
  const books = await shop.books();
  return books.map((book) => book.title);
}
