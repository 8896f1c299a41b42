using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CsvHelper;
using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Messages;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Requests;

/// <summary>
/// Brings requests from a CSV. They are placed as posts are, and belong to an account of their source's own that nobody can
/// sign in to. Whoever is named by telephone is told, as anybody is whom others post for.
/// </summary>
public sealed class RequestImport(Settings settings, TimeProvider time, Action<string> say)
{
    private const int RowsABatch = 200;
    private readonly Behalf behalf = new(settings, new Outbox(settings));
    private readonly List<RowProblem> problems = [];
    private readonly Dictionary<string, int> lines = [];
    private int imported;
    private int knownBefore;

    /// <exception cref="ImportException">Refused; nothing was imported.</exception>
    public async Task<RequestImportResult> Run(
        Stream file,
        RequestImportOptions options,
        CancellationToken stop
    )
    {
        options.Check();
        await using var database = new BulkDatabase(settings);
        await using var connection = await database.Open(stop);
        var categories = await connection.Rows<Category>(
            "select id, code, name_vi, name_en, unit, unit_vi, unit_en, divisible, needs_destination, by_phone from category",
            null,
            stop
        );
        var account = await Account(connection, options.Source, stop);
        var reader = new ImportRowReader(options, categories, new Households(settings), time.GetUtcNow());
        var progress = new Progress("importing", "rows", long.MaxValue, time, say);
        var batch = new List<ImportRow>();
        foreach (var row in Rows(file, options, reader))
        {
            batch.Add(row);
            if (batch.Count < RowsABatch)
                continue;
            await Write(connection, account, options, batch, stop);
            progress.Add(batch.Count);
            batch.Clear();
        }
        await Write(connection, account, options, batch, stop);
        progress.Add(batch.Count);
        progress.End();
        return new RequestImportResult(imported, knownBefore, [.. problems.OrderBy(problem => problem.Line)]);
    }

    private IEnumerable<ImportRow> Rows(Stream file, RequestImportOptions options, ImportRowReader reader)
    {
        string? bad = null;
        using var text = new StreamReader(file, new UTF8Encoding(false, throwOnInvalidBytes: true));
        using var csv = CsvReader.Create(
            text,
            new CsvReaderOptions
            {
                TrackLineNumbers = true,
                // What it can make of such a row is a guess, and a guess is no row.
                OnMalformedRecord = row => bad = Quotation(row.Reason),
                IncludeValuesInExceptions = false,
            }
        );
        Decoded(csv.ReadHeader);
        if (csv.Headers is not { Count: > 0 } headers)
            throw new ImportException("The file is empty.");
        string? missing = options.Columns.Values.FirstOrDefault(column => !headers.Contains(column));
        if (missing is not null)
            throw new ImportException(
                $"The file has no column '{missing}'; its columns are {string.Join(", ", headers)}."
            );

        while (Decoded(csv.Read))
        {
            int line = (int)csv.LineNumber;
            string? problem = bad;
            ImportRow? row = null;
            if (problem is null && csv.FieldCount != headers.Count)
                problem = $"{csv.FieldCount} columns where the header has {headers.Count}";
            if (problem is null)
                row = reader.Read(csv, line, out problem);
            if (row is not null && !lines.TryAdd(row.External, line))
                problem = $"the same id as line {lines[row.External]}";
            bad = null;
            if (problem is null)
                yield return row!;
            else
                problems.Add(new RowProblem(line, problem));
        }
    }

    private static string Quotation(CsvMalformedReason reason) =>
        reason == CsvMalformedReason.UnterminatedQuote
            ? "a quotation mark that is never closed: the rest of the file was taken for this row"
            : "a quotation mark that does not belong there";

    private static void Decoded(Action read) =>
        Decoded(() =>
        {
            read();
            return true;
        });

    private static bool Decoded(Func<bool> read)
    {
        try
        {
            return read();
        }
        catch (DecoderFallbackException)
        {
            throw new ImportException(
                "The file is not UTF-8. Save it as \"CSV UTF-8\", or convert it: iconv -f WINDOWS-1258 -t UTF-8"
            );
        }
    }

    // The same account each time that this source is imported; without telephone or name, so nobody signs in to it.
    private async Task<Guid> Account(NpgsqlConnection connection, string source, CancellationToken stop)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"import/{source}"))[..16];
        // RFC 9562, 5.8: version 8 is for ids that are made in a way of one's own.
        hash[6] = (byte)(0x80 | (hash[6] & 0x0F));
        hash[8] = (byte)(0x80 | (hash[8] & 0x3F));
        var id = new Guid(hash, bigEndian: true);
        await connection.Execute(
            "insert into account (id, created_at) values (@id, @now) on conflict do nothing",
            new { id, now = time.GetUtcNow() },
            stop
        );
        return id;
    }

    private async Task Write(
        NpgsqlConnection connection,
        Guid account,
        RequestImportOptions options,
        List<ImportRow> rows,
        CancellationToken stop
    )
    {
        var now = time.GetUtcNow();
        await using var transaction = await connection.BeginTransactionAsync(stop);
        var written = await connection.Rows<Written>(
            Insert,
            new
            {
                rows = JsonSerializer.Serialize(rows, Json.Options),
                options.Source,
                account,
                expires = now + options.ExpiresIn,
            },
            stop
        );
        var byId = rows.ToDictionary(row => row.Id);
        foreach (var one in written)
        {
            var row = byId[one.Id];
            if (one.RootAreaId is not { } root)
                problems.Add(
                    new RowProblem(
                        row.Line,
                        FormattableString.Invariant($"no area within 50 km of {row.Lon}, {row.Lat}")
                    )
                );
            else if (!one.Fresh)
                knownBefore++;
            else
            {
                imported++;
                if (row.Phone is not null && one.ExpiresAt > now)
                    await behalf.Tell(connection, row.Household, root, row.Phone, account, now, stop);
            }
        }
        await transaction.CommitAsync(stop);
    }

    // One statement a batch. What was imported before falls out at request_source's key; who has a telephone goes by the
    // repeat rule too, the others can have no repeat. The change log hears of each: a request that comes in is news.
    private const string Insert = """
        with asked as (
          select x.*, decode(x."phoneHash", 'hex') as phone_hash, decode(x."addressHash", 'hex') as address_hash,
                 st_setsrid(st_makepoint(x.lon, x.lat), 4326)::geography as exact
          from jsonb_to_recordset(@rows::jsonb) as x (
            external text, id uuid, household uuid, lon float8, lat float8, category smallint, quantity int, divisible boolean, urgency text,
            created timestamptz, people int, address text, phone text, "phoneHash" text, "addressHash" text, name text, note text, details text,
            "publicNote" text, destination jsonb)
        ), placed as materialized (
          select a.*, p.*, coalesce(@expires, a.created + c.default_expiry) as expires_at
          from asked a join category c on c.id = a.category
          cross join lateral (
            select place, cell_row, cell_column, root_area_id, public_area_id, responsible_area_id, outside
            from place_request(@account, true, a.phone_hash, a.exact) where a.phone_hash is not null
            union all
            select g.place, g.cell_row, g.cell_column, case when l.area_id is not null then g.root_area_id end, g.area_id, l.area_id, l.outside
            from leaf_at(a.exact) l, public_location(a.exact) g where a.phone_hash is null
          ) p
        ), fresh as (
          insert into request_source (source, external_id, request_id)
          select @Source, external, id from placed where responsible_area_id is not null
          on conflict do nothing returning request_id
        ), taken as (
          select p.* from placed p join fresh f on f.request_id = p.id
        ), h as (
          insert into household (id, root_area_id, account_id, on_behalf, phone_hash, address_hash, created_at)
          select household, root_area_id, @account, true, phone_hash, address_hash, created from taken
        ), r as (
          insert into request (id, root_area_id, household_id, account_id, category_id, quantity, unmet, divisible, urgency, people, public_note,
            created_at, expires_at, public_place, cell_row, cell_column, public_area_id, responsible_area_id)
          select id, root_area_id, household, @account, category, quantity, quantity, divisible, urgency, people, "publicNote",
            created, expires_at, place, cell_row, cell_column, public_area_id, responsible_area_id
          from taken
        ), v as (
          insert into request_private (request_id, root_area_id, place, outside, address, phone, name, note, details, destination, repeat_of)
          select t.id, t.root_area_id, t.exact, t.outside, t.address, t.phone, t.name, t.note, t.details, nullif(t.destination, 'null'),
            served_before(t.root_area_id, t.category, t.created, t.phone_hash, t.address_hash, null)
          from taken t
        )
        select p.id, case when p.responsible_area_id is not null then p.root_area_id end as root_area_id, f.request_id is not null as fresh, p.expires_at
        from placed p left join fresh f on f.request_id = p.id
        """;

    private sealed class Written
    {
        public Guid Id { get; init; }

        /// <summary>Null: nobody is near.</summary>
        public Guid? RootAreaId { get; init; }
        public bool Fresh { get; init; }
        public DateTimeOffset ExpiresAt { get; init; }
    }
}
