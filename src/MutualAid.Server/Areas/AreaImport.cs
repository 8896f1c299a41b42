using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Areas;

/// <summary>
/// Brings areas from GeoJSON: new ones are added, known ones (by code) get their new name and boundary, missing parents are
/// made of their children, and what the file no longer has ends today. Requests keep the areas they were placed in.
/// </summary>
public sealed class AreaImport(Settings settings, TimeProvider time, Action<string> say)
{
    private const long AdvisoryLock = 0x4D41_6172_6561;

    /// <exception cref="ImportException">Refused; no area was changed.</exception>
    public async Task<AreaImportResult> Run(Stream file, AreaImportOptions options, CancellationToken stop)
    {
        options.Check();
        await using var database = new BulkDatabase(settings);
        await using var connection = await database.Open(stop);
        if (
            !await connection.Value<bool>(
                "select pg_try_advisory_lock(@AdvisoryLock)",
                new { AdvisoryLock },
                stop
            )
        )
            throw new ImportException(
                "Another import of areas is running on this database. Wait until it has ended."
            );
        var staged = new StagedAreas(options, time, say);
        await staged.Read(connection, file, stop);
        var tree = new AreaTree(connection, options, time.GetUtcNow(), stop);
        await tree.Open();

        // Each row by itself, so that nothing is held for long: a new area is nobody's leaf before the tree is refreshed.
        var progress = new Progress("importing", "areas", staged.Areas.Count, time, say);
        foreach (var area in staged.Areas)
        {
            await tree.Put(area);
            progress.Add(1);
        }
        progress.End();
        int ended = await Switch(connection, tree, staged, options, stop);
        say("joining the boundaries of those above …");
        await tree.JoinBoundaries();
        return new AreaImportResult(tree.Added, tree.Updated, tree.Unchanged, ended, staged.Problems);
    }

    // In one transaction: what is no more ends, and the tree takes its new shape.
    private async Task<int> Switch(
        NpgsqlConnection connection,
        AreaTree tree,
        StagedAreas staged,
        AreaImportOptions options,
        CancellationToken stop
    )
    {
        await using var transaction = await connection.BeginTransactionAsync(stop);
        int ended = 0;
        // A feature that could not be read and has no code might be any of the missing ones.
        if (options.Root is not null && !options.Keep && !staged.SomeUnknown)
            ended = await connection.Execute(
                End,
                new
                {
                    root = tree.RootId,
                    options.Level,
                    options.ParentLevel,
                    seen = tree.Seen.ToArray(),
                    broken = staged.BrokenCodes.ToArray(),
                    now = time.GetUtcNow(),
                },
                stop
            );
        foreach (var root in tree.Roots)
            await connection.Execute("select area_refresh(@root)", new { root }, stop);
        await transaction.CommitAsync(stop);
        return ended;
    }

    // What the file lacks ends, with what lies below it and with parents that are left without children. An area that began
    // today ends tomorrow: a day is the shortest validity. Successors are those that cover a twentieth of it or more.
    private const string End = """
        with missing as (
          select id from area
          where root_id = @root and level = @Level and valid_to is null and id <> all (@seen) and code <> all (@broken)
        ), below as (
          select a.id from area a where a.root_id = @root and a.valid_to is null
            and exists (select 1 from missing m where m.id = any (a.ancestors))
        ), childless as (
          select p.id from area p
          where p.root_id = @root and p.level = @ParentLevel and p.from_children and p.valid_to is null
            and not exists (select 1 from area c where c.parent_id = p.id and c.valid_to is null and c.id not in (select id from below))
        ), gone as (
          select id from below union select id from childless
        ), succeeded as (
          insert into area_successor (area_id, successor_id)
          select m.id, n.id from missing m join area o on o.id = m.id
          join area n on n.root_id = @root and n.level = @Level and n.valid_to is null and n.id = any (@seen) and st_intersects(n.boundary, o.boundary)
          where st_area(st_intersection(n.boundary::geometry, o.boundary::geometry)) > 0.05 * st_area(o.boundary::geometry)
          on conflict do nothing
        )
        update area a
        set valid_to = greatest(a.valid_from + 1, (@now at time zone (select r.time_zone from area r where r.id = a.root_id))::date)
        from gone g where g.id = a.id
        """;
}
