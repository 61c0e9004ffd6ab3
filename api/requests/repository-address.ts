import { AddressError, parseAddress } from "../../source/address.js";
import { Problem } from "./problem.js";

/** Separates the address of a repository from its credentials. @throws Problem */
export function readAddress(text: string): ReturnType<typeof parseAddress> {
  try {
    return parseAddress(text);
  } catch (error) {
    if (error instanceof AddressError) throw new Problem("wrong-address", `source.url ${error.message}`);
    throw error;
  }
}
