namespace MutualAid.Server.Tests.Versions;

/// <summary>What the migration of a made-up next version does: it adds wherever it may add, and takes nothing away.</summary>
internal static class NewerVersion
{
    public const string Migration = """
        do $$
        declare one record;
        begin
          for one in
            select c.oid::regclass as name from pg_class c
            where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
              and c.relname not in ('migration', 'test_clock')
              and not exists (select 1 from pg_depend d where d.objid = c.oid and d.deptype = 'e')
          loop
            execute format('alter table %s add column newer_fact text', one.name);
          end loop;
          for one in
            select viewname as name, rtrim(definition, ';') as definition from pg_views
            where schemaname = 'public' and viewname like 'public\_%'
          loop
            execute format('create or replace view %I as select was.*, null::text as newer_fact from (%s) was', one.name, one.definition);
          end loop;
        end $$;
        create table newer_thing (id int primary key);
        insert into category
        select (jsonb_populate_record(c, '{"id": 99, "code": "fuel", "name_vi": "Chất đốt", "name_en": "Fuel"}')).*
        from category c where code = 'food';
        alter table change drop constraint change_subject_check;
        insert into migration (number, name, checksum) values (9999, '9999_newer', 'x');
        """;

    /// <summary>What it then writes, that nobody here knows: a kind of message, of change and of reason.</summary>
    public const string Writes = """
        insert into change (root_area_id, subject, subject_id, request_id, status, public)
        select root_area_id, 'newerThing', gen_random_uuid(), id, 'newerStatus', true from request where id = @need;
        update match set reasons = '[{"code": "newerReason", "args": [1]}]' where request_id = @need;
        """;
}
