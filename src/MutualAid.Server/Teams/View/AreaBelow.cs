namespace MutualAid.Server.Teams.View;

/// <summary>How an area right below stands, in one line.</summary>
public sealed class AreaBelow
{
    /// <summary>
    /// Worst first: by what its needs have waited together, in days, where an urgent need's day counts four times and a
    /// soon one's twice. A need of today has waited one day.
    /// </summary>
    internal const string Select = """
        with child as (
          select a.id, a.code, a.name, a.level, a.population, cardinality(a.ancestors) as depth
          from area a where a.parent_id = @id
        ), line as (
          select n.area_id, n.kind, n.urgency, n.day, sum(n.requests) as requests, sum(n.units) as units
          from (
            select c.area_id, c.kind, c.urgency, c.day, c.requests, c.units from desk_count c
            where c.area_id in (select id from child) and (c.kind in ('open', 'matched', 'inDelivery') or (c.kind = 'helped' and c.day >= @since))
            union all
            select c.area_id, c.kind, c.urgency, c.day, c.requests, c.units from desk_sum c
            where c.area_id in (select id from child) and (c.kind in ('open', 'matched', 'inDelivery') or (c.kind = 'helped' and c.day >= @since))
            union all
            select x.ancestors[h.depth], d.kind, d.urgency, d.day, d.requests, d.units
            from (select cardinality(a.ancestors) + 1 as depth from area a where a.id = @id) h
            cross join desk_delta d join area x on x.id = d.area_id
            where x.ancestors @> array[@id] and cardinality(x.ancestors) >= h.depth
              and (d.kind in ('open', 'matched', 'inDelivery') or (d.kind = 'helped' and d.day >= @since))
          ) n group by 1, 2, 3, 4
        ), gap as (
          select x.ancestors[h.depth] as area_id, sum(g.requests) as requests
          from (select cardinality(a.ancestors) + 1 as depth from area a where a.id = @id) h
          cross join desk_gap g join area x on x.id = g.area_id
          where x.ancestors @> array[@id] group by 1
        )
        select c.id, c.code, c.name, c.level, c.population,
               coalesce(sum(l.requests) filter (where l.kind = 'open'), 0)::bigint as waiting,
               coalesce(sum(l.units) filter (where l.kind = 'open'), 0)::bigint as unmet,
               coalesce(sum(l.requests) filter (where l.kind = 'open' and l.urgency = 'urgent'), 0)::bigint as urgent,
               coalesce(sum(l.requests) filter (where l.kind in ('matched', 'inDelivery')), 0)::bigint as under_way,
               min(l.day) filter (where l.kind = 'open' and l.requests > 0) as oldest,
               coalesce(sum(l.requests * (@today - l.day + 1) * case l.urgency when 'urgent' then 4 when 'soon' then 2 else 1 end)
                        filter (where l.kind = 'open'), 0)::bigint as burden,
               coalesce(sum(l.requests) filter (where l.kind = 'helped'), 0)::bigint as deliveries,
               coalesce(max(g.requests), 0)::bigint as gaps
        from child c left join line l on l.area_id = c.id left join gap g on g.area_id = c.id
        group by c.id, c.code, c.name, c.level, c.population
        having bool_or(coalesce(l.requests, 0) <> 0) or exists (select from area a where a.id = c.id and a.valid_to is null)
        order by burden desc, c.name, c.id
        """;

    public Guid Id { get; init; }
    public string Code { get; init; } = "";
    public string Name { get; init; } = "";
    public string Level { get; init; } = "";
    public int? Population { get; init; }

    /// <summary>Needs with units unmet.</summary>
    public long Waiting { get; init; }
    public long Unmet { get; init; }
    public long Urgent { get; init; }
    public long UnderWay { get; init; }

    /// <summary>When the oldest of the waiting was posted.</summary>
    public DateOnly? Oldest { get; init; }
    public long Burden { get; init; }

    /// <summary>Of the last days and today.</summary>
    public long Deliveries { get; init; }

    /// <summary>Needs that nobody reaches.</summary>
    public long Gaps { get; init; }

    /// <summary>Deliveries to a thousand inhabitants; null where nobody has said how many live there.</summary>
    public double? ServedPerThousand => Population is { } people ? Deliveries * 1000.0 / people : null;
}
