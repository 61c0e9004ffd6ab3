import { describe, expect, test } from "@jest/globals";
import { AddressError, parseAddress } from "../../source/address.js";

describe("the address of a repository", () => {
  test.each([
    "https://git.example.org/shop.git",
    "http://127.0.0.1:7470/a/b%20c.git",
    "ssh://git@git.example.org:2222/shop.git",
    "git@git.example.org:group/shop.git",
    "git://127.0.0.1/shop.git",
    "file:///srv/git/shop.git",
    "/srv/git/shop.git",
  ])("%s is accepted", (address) => expect(parseAddress(address)).toEqual({ url: address, credentials: null }));

  test.each([
    "http://ann:Planted/Slash@git.example.org/shop.git",
    "http://ann:1234/Planted@git.example.org/shop.git",
    "http://ann:Planted#Hash@git.example.org/shop.git",
    "http://ann:Planted?Mark@git.example.org/shop.git",
    "http://ann:Planted Space@git.example.org:bad/shop.git",
    "ann:Planted@git.example.org:shop.git",
    "ann:Planted@git.example.org/shop.git",
    "https://git.example.org/shop.git?private_token=Planted",
    "ext::sh -c Planted",
    "git+http://git.example.org/Planted.git",
    "",
  ])("%s is refused, and not quoted", (address) => {
    expect(() => parseAddress(address)).toThrow(AddressError);
    expect(() => parseAddress(address)).not.toThrow(/Planted/);
  });
});
