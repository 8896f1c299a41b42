using System.Text;
using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Areas;

/// <summary>The areas of one import as they are in the database, found by code, made where they are missing.</summary>
internal sealed class AreaTree(
    NpgsqlConnection connection,
    AreaImportOptions options,
    DateTimeOffset now,
    CancellationToken stop
)
{
    private readonly Dictionary<string, Guid> parents = [];
    private readonly HashSet<Guid> roots = [];
    private bool rootIsNew;

    public Guid? RootId { get; private set; }
    public IReadOnlyCollection<Guid> Roots => roots;
    public HashSet<Guid> Seen { get; } = [];
    public int Added { get; private set; }
    public int Updated { get; private set; }
    public int Unchanged { get; private set; }

    /// <summary>Finds or makes the root.</summary>
    public async Task Open()
    {
        if (
            options.TimeZone is not null
            && !await connection.Value<bool>(
                "select exists (select 1 from pg_timezone_names where name = @TimeZone)",
                new { options.TimeZone },
                stop
            )
        )
            throw new ImportException(
                $"--time-zone {options.TimeZone} is not known; names are like Asia/Ho_Chi_Minh."
            );
        if (options.Root is null)
            return;
        string code = options.RootCode ?? Slug(options.Root);
        RootId = await Root(code);
        rootIsNew = RootId is null;
        RootId ??= await Insert(null, code, options.Root, options.RootLevelOrUsual, fromChildren: true);
        await Configure(RootId.Value, options.Root);
    }

    /// <summary>Adds the area, or brings it up to date.</summary>
    public async Task Put(StagedArea area)
    {
        var parent = area.ParentCode is null
            ? RootId
            : await Parent(area.ParentCode, area.ParentName ?? area.ParentCode);
        var known = await Find(parent, area.Code, options.Level);
        if (known is null)
        {
            Seen.Add(
                await Insert(
                    parent,
                    area.Code,
                    area.Name,
                    options.Level,
                    fromChildren: false,
                    area.Population
                )
            );
            Added++;
        }
        else
        {
            Seen.Add(known.Value);
            int changed = await connection.Execute(
                $"""
                update area a set name = @Name, parent_id = @parent, boundary = s.boundary, from_children = false, population = coalesce(@Population, a.population)
                from (select {Boundary} as boundary from staged_area where code = @Code) s
                where a.id = @known
                  and (a.name, a.parent_id, a.population, a.boundary::geometry::bytea)
                    is distinct from (@Name, @parent, coalesce(@Population, a.population), s.boundary::geometry::bytea)
                """,
                new
                {
                    area.Name,
                    area.Population,
                    parent,
                    known,
                    area.Code,
                },
                stop
            );
            Updated += changed;
            Unchanged += 1 - changed;
        }
        if (parent is null)
        {
            var id = known ?? (await Find(null, area.Code, options.Level))!.Value;
            roots.Add(id);
            await Configure(id, null);
        }
    }

    /// <summary>Gives those whose boundary nobody drew the union of those below them, from the narrowest up.</summary>
    public async Task JoinBoundaries()
    {
        var made = await connection.Rows<Guid>(
            """
            select id from area where root_id = any (@roots) and from_children and valid_to is null order by cardinality(ancestors) desc
            """,
            new { roots = roots.ToArray() },
            stop
        );
        // Each commits by itself: a province's union takes a while.
        foreach (var id in made)
            await connection.Execute(
                """
                update area a set (boundary, population) = (
                  select st_multi(st_collectionextract(st_union(c.boundary::geometry), 3))::geography,
                         case when count(*) = count(c.population) then sum(c.population)::int end
                  from area c where c.parent_id = a.id and c.valid_to is null)
                where a.id = @id
                """,
                new { id },
                stop
            );
    }

    // An edge is straight in longitude and latitude (RFC 7946, 3.1.1), geography's is a great circle: over 0.02° (2 km) the
    // two differ by centimetres, over 3° by a kilometre. Long edges get points in between, so that distances and areas, which
    // geography tells, fit what covers what.
    private const string Boundary = "st_segmentize(boundary, 0.02)::geography";

    private async Task<Guid> Parent(string code, string name)
    {
        if (parents.TryGetValue(code, out var id))
            return id;
        var known = await Find(RootId, code, options.ParentLevel!);
        id = known ?? await Insert(RootId, code, name, options.ParentLevel!, fromChildren: true);
        if (known is null)
            Added++;
        else
            await connection.Execute(
                "update area set name = @name where id = @id and name <> @name and from_children",
                new { id, name },
                stop
            );
        if (RootId is null)
        {
            roots.Add(id);
            await Configure(id, null);
        }
        return parents[code] = id;
    }

    // Below a root by code and level, at whatever depth: an area may have moved to another parent.
    private Task<Guid?> Find(Guid? below, string code, string level) =>
        connection.Value<Guid?>(
            """
            select id from area
            where code = @code and level = @level and valid_to is null
              and case when @RootId::uuid is not null then root_id = @RootId else parent_id is not distinct from @below::uuid end
            order by (parent_id is not distinct from @below::uuid) desc limit 1
            """,
            new
            {
                code,
                level,
                below,
                RootId,
            },
            stop
        );

    private Task<Guid?> Root(string code) =>
        connection.Value<Guid?>(
            """
            select id from area where parent_id is null and valid_to is null
              and (code = @code or (@byName and search_text(name) = search_text(@Root)))
            order by code = @code desc limit 1
            """,
            new
            {
                code,
                options.Root,
                byName = options.RootCode is null,
            },
            stop
        );

    private async Task<Guid> Insert(
        Guid? parent,
        string code,
        string name,
        string level,
        bool fromChildren,
        int? population = null
    )
    {
        var id = Guid.CreateVersion7(now);
        // Nobody knows since when the areas of a new root have been; one that joins a known root begins today.
        await connection.Execute(
            $"""
            insert into area (id, parent_id, root_id, code, name, level, valid_from, from_children, population, boundary)
            select @id, @parent, coalesce(@RootId, @parent, @id), @code, @name, @level,
              case when @begins then (@now at time zone (select time_zone from area where id = @RootId))::date else '-infinity' end, @fromChildren, @population,
              case when not @fromChildren then (select {Boundary} from staged_area s where s.code = @code) end
            """,
            new
            {
                id,
                parent,
                RootId,
                code,
                name,
                level,
                begins = RootId is not null && !rootIsNew,
                now,
                fromChildren,
                population,
            },
            stop
        );
        return id;
    }

    private async Task Configure(Guid root, string? name)
    {
        roots.Add(root);
        if (
            options.CellMetres is not null
            && await connection.Value<bool>(
                """
                select exists (select 1 from area a where a.id = @root and a.cell_metres <> @CellMetres
                  and (exists (select 1 from request r where r.root_area_id = a.id) or exists (select 1 from offer o where o.root_area_id = a.id)))
                """,
                new { root, options.CellMetres },
                stop
            )
        )
            throw new ImportException(
                "--cell: this root has requests or offers, and their public locations are of the present grid. It cannot change any more."
            );
        await connection.Execute(
            """
            update area set name = coalesce(@name, name), time_zone = coalesce(@TimeZone, time_zone), cell_metres = coalesce(@CellMetres, cell_metres)
            where id = @root
            """,
            new
            {
                root,
                name,
                options.TimeZone,
                options.CellMetres,
            },
            stop
        );
    }

    // A code for a root that was given none: "Thành phố Mẫu" → thanh-pho-mau.
    private static string Slug(string name)
    {
        var slug = new StringBuilder();
        foreach (char c in name.Normalize(NormalizationForm.FormD).ToLowerInvariant())
            if (c == 'đ')
                slug.Append('d');
            else if (char.IsAsciiLetterOrDigit(c))
                slug.Append(c);
            else if (char.IsWhiteSpace(c) && slug.Length > 0 && slug[^1] != '-')
                slug.Append('-');
        return slug.ToString().Trim('-');
    }
}
