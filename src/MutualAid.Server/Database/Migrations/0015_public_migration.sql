-- Which migrations a database has, for whoever reads for the public: a streaming replica that has not yet replayed what this
-- program needs is not read from.
create view public_migration as select name, checksum from migration;
grant select on public_migration to mutualaid_reader;
