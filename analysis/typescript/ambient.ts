/**
 * The little of the standard library that resolving calls needs: enough to see through `await` and callbacks.
 * Loading TypeScript's own takes a hundred times as long and finds nothing more.
 */
export const ambientTypes = `
interface PromiseLike<T> { then<R>(done: (value: T) => R): PromiseLike<R> }
interface Promise<T> { then<R>(done: (value: T) => R): Promise<R>; catch(failed: (error: any) => any): Promise<T>; finally(last: () => any): Promise<T> }
interface PromiseConstructor { new <T>(start: any): Promise<T>; resolve<T>(value: T): Promise<T>; all<T>(values: T): any }
declare var Promise: PromiseConstructor;
type Awaited<T> = T extends { then(done: (value: infer V) => any): any } ? Awaited<V> : T;
interface Array<T> { length: number; [index: number]: T; map<R>(f: (item: T, index: number) => R): R[]; forEach(f: (item: T, index: number) => any): void;
  filter(f: (item: T) => any): T[]; find(f: (item: T) => any): T | undefined; at(index: number): T | undefined; [Symbol.iterator](): any }
interface ReadonlyArray<T> extends Array<T> {}
interface SymbolConstructor { readonly iterator: unique symbol }
declare var Symbol: SymbolConstructor;
interface Boolean {} interface Number {} interface String {} interface RegExp {} interface IArguments {}
interface Function {} interface CallableFunction extends Function {} interface NewableFunction extends Function {} interface Object {}
`;
