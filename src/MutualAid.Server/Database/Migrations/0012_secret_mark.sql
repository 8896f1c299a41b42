-- Which secret the private data was sealed with, as a key derived from it that opens nothing: so that a backup which is
-- restored beside another secret is refused, not found unreadable days later. Written by each backup.
create table secret_mark (
  only_one boolean primary key default true check (only_one),
  mark bytea not null
);
