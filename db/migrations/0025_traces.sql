-- Up Migration

-- The place of the request that submitted it in its trace (W3C Trace Context); null for none.
alter table submissions add column traceparent text;

-- Down Migration
-- Released schemas are only ever extended.
