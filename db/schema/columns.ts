import type { ColumnType, JSONColumnType } from "kysely";

/** A JSON column: read as its value, written as text. */
export type Json<T> = JSONColumnType<T & object>;
/** A JSON column that may be null. */
export type NullableJson<T> = ColumnType<T | null, string | null, string | null>;
export type Time = ColumnType<Date, Date | string, Date | string>;
export type NullableTime = ColumnType<Date | null, Date | string | null, Date | string | null>;
export type DefaultTime = ColumnType<Date, Date | string | undefined, Date | string>;
