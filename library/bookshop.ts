import { InfrastructureError } from "./infrastructure-error.js";
import { serviceAddress } from "./service-address.js";

export interface Book {
  title: string;
  price: number;
}

/** The bookshop that the examples test against. */
export class Bookshop {
  /**
   * All books for sale.
   * @requires service:bookshop
   * @throws InfrastructureError if the shop does not answer
   */
  async books(): Promise<Book[]> {
    return (await this.#get("/books")) as Book[];
  }

  /**
   * The price of one book, in cents.
   * @requires service:bookshop
   * @throws InfrastructureError if the shop does not answer; Error if it has no such book
   */
  async price(title: string): Promise<number> {
    const found = (await this.books()).find((book) => book.title === title);
    if (found === undefined) throw new Error(`the shop does not sell ${title}`);
    return found.price;
  }

  async #get(path: string): Promise<unknown> {
    try {
      const answer = await fetch(`http://${serviceAddress("bookshop")}${path}`);
      if (!answer.ok) throw new Error(`answered ${answer.status}`);
      return await answer.json();
    } catch (error) {
      throw new InfrastructureError("bookshop", (error as Error).message, { cause: error });
    }
  }
}
