-- Up Migration

-- A person who signs in by OpenID Connect bears a token that nobody knows. Its subject is the issuer and the person's id there.
alter table tokens add column subject text;
create unique index tokens_by_subject on tokens (subject) where revoked_at is null;

-- Down Migration
-- Released schemas are only ever extended.
