using MutualAid.Seed;
using MutualAid.Server.Requests;
using Npgsql;
using NpgsqlTypes;

namespace MutualAid.Server.Seeding;

/// <summary>Carries a batch into temporary tables by binary COPY; <see cref="BatchWriter"/> then moves it set-wise.</summary>
internal static class Staging
{
    // Emptied at each commit, but for the known cells. Made in every batch's transaction, so that a pooler between us and
    // PostgreSQL is no matter.
    public const string Tables = """
        create temporary table if not exists staged_person (
          id uuid, phone text, name text, locale text, created_at timestamptz) on commit delete rows;
        create temporary table if not exists staged_household (
          id uuid, account_id uuid, on_behalf boolean, place geography(Point, 4326), address text, phone text, name text, note text,
          people int, created_at timestamptz, phone_hash bytea, address_hash bytea) on commit delete rows;
        create temporary table if not exists staged_request (
          id uuid, household_id uuid, account_id uuid, category text, quantity int, promised int, under_way int, delivered int, confirmed int,
          divisible boolean, urgency text, public_note text, details text, needed_by timestamptz, created_at timestamptz,
          expires_at timestamptz, verified_at timestamptz, end_status text, end_reason text, ended_at timestamptz) on commit delete rows;
        create temporary table if not exists staged_offer (
          id uuid, account_id uuid, category text, capacity int, held int, promised int, given int, per_day int, one_time boolean,
          place geography(Point, 4326), reach_metres int, available_until timestamptz, daily_from time, daily_to time, note text,
          status text, created_at timestamptz, ended_at timestamptz) on commit delete rows;
        create temporary table if not exists staged_match (
          id uuid, request_id uuid, household_id uuid, offer_id uuid, giver_account_id uuid, trip_id uuid, units int, whole boolean,
          day date, status text, end_reason text, ended_by text, origin text, created_at timestamptz, respond_by timestamptz,
          due_by timestamptz, accepted_at timestamptz, set_out_at timestamptz, delivered_at timestamptz, confirmed_at timestamptz,
          ended_at timestamptz, hand_over_code text) on commit delete rows;
        -- Where each staged household and offer is, by the same functions that place a post.
        create temporary table if not exists placed (
          id uuid primary key, leaf_id uuid, outside boolean, root_area_id uuid, ward_id uuid, place geography(Point, 4326),
          cell_row int, cell_column int) on commit delete rows;
        create temporary table if not exists cell_size (metres int) on commit delete rows;
        create temporary table if not exists spot (id uuid, place geography(Point, 4326), cells text[]) on commit delete rows;
        create temporary table if not exists known_cell (
          cells text[] primary key, place geography(Point, 4326), cell_row int, cell_column int, root_area_id uuid, ward_id uuid);
        """;

    public static async Task Copy(
        NpgsqlConnection connection,
        Households households,
        SeedBatch batch,
        CancellationToken stop
    )
    {
        await Copy(connection, "staged_person", batch.People, Write, stop);
        await Copy(
            connection,
            "staged_household",
            batch.Households,
            (row, household) => Write(row, household, households),
            stop
        );
        await Copy(connection, "staged_request", batch.Requests, Write, stop);
        await Copy(connection, "staged_offer", batch.Offers, Write, stop);
        await Copy(connection, "staged_match", batch.Matches, Write, stop);
    }

    private static async Task Copy<T>(
        NpgsqlConnection connection,
        string table,
        IReadOnlyList<T> rows,
        Action<Row, T> write,
        CancellationToken stop
    )
    {
        await using var importer = await connection.BeginBinaryImportAsync(
            $"copy {table} from stdin (format binary)",
            stop
        );
        var row = new Row(importer);
        foreach (var item in rows)
        {
            importer.StartRow();
            write(row, item);
        }
        await importer.CompleteAsync(stop);
    }

    private static void Write(Row row, SeedPerson person) =>
        row.Add(person.Id).Add(person.Phone).Add(person.Name).Add(person.Locale).Add(person.CreatedAt);

    private static void Write(Row row, SeedHousehold household, Households households) =>
        row.Add(household.Id)
            .Add(household.AccountId)
            .Add(household.OnBehalf)
            .Add(household.Place)
            .Add(household.Address)
            .Add(household.Phone)
            .Add(household.Name)
            .Add(household.Note)
            .Add(household.People)
            .Add(household.CreatedAt)
            .Add(households.PhoneHash(household.Phone))
            .Add(households.AddressHash(household.Address));

    private static void Write(Row row, SeedRequest request) =>
        row.Add(request.Id)
            .Add(request.Household.Id)
            .Add(request.Household.AccountId)
            .Add(request.Category.Code)
            .Add(request.Quantity)
            .Add(request.Promised)
            .Add(request.UnderWay)
            .Add(request.Delivered)
            .Add(request.Confirmed)
            .Add(request.Divisible)
            .Add(request.Urgency.Code)
            .Add(request.PublicNote)
            .Add(request.Details)
            .Add(request.NeededBy)
            .Add(request.CreatedAt)
            .Add(request.ExpiresAt)
            .Add(request.VerifiedAt)
            .Add(request.EndStatus)
            .Add(request.EndReason)
            .Add(request.EndedAt);

    private static void Write(Row row, SeedOffer offer) =>
        row.Add(offer.Id)
            .Add(offer.AccountId)
            .Add(offer.Category.Code)
            .Add(offer.Capacity)
            .Add(offer.Held)
            .Add(offer.Promised)
            .Add(offer.Given)
            .Add(offer.PerDay)
            .Add(offer.OneTime)
            .Add(offer.Place)
            .Add(offer.ReachMetres)
            .Add(offer.AvailableUntil)
            .Add(offer.DailyFrom)
            .Add(offer.DailyTo)
            .Add(offer.Note)
            .Add(offer.Status)
            .Add(offer.CreatedAt)
            .Add(offer.EndedAt);

    private static void Write(Row row, SeedMatch match) =>
        row.Add(match.Id)
            .Add(match.Request.Id)
            .Add(match.Request.Household.Id)
            .Add(match.Offer.Id)
            .Add(match.Offer.AccountId)
            .Add(match.TripId)
            .Add(match.Units)
            .Add(!match.Request.Divisible)
            .Add(match.Day)
            .Add(match.Status)
            .Add(match.EndReason)
            .Add(match.EndedBy)
            .Add(match.Origin)
            .Add(match.CreatedAt)
            .Add(match.RespondBy)
            .Add(match.DueBy)
            .Add(match.AcceptedAt)
            .Add(match.SetOutAt)
            .Add(match.DeliveredAt)
            .Add(match.ConfirmedAt)
            .Add(match.EndedAt)
            .Add(match.HandOverCode);

    /// <summary>Writes one column after the other. Binary COPY converts nothing, so each type is said.</summary>
    private sealed class Row(NpgsqlBinaryImporter importer)
    {
        // EWKB of a point, little endian: byte order, type 1 with the SRID flag, 4326, x, y.
        private readonly byte[] point = new byte[25];

        public Row Add(Guid value) => Write(value, NpgsqlDbType.Uuid);

        public Row Add(string? value) => value is null ? Null() : Write(value, NpgsqlDbType.Text);

        public Row Add(byte[]? value) => value is null ? Null() : Write(value, NpgsqlDbType.Bytea);

        public Row Add(int? value) => value is { } number ? Write(number, NpgsqlDbType.Integer) : Null();

        public Row Add(bool value) => Write(value, NpgsqlDbType.Boolean);

        public Row Add(DateOnly value) => Write(value, NpgsqlDbType.Date);

        public Row Add(TimeOnly? value) => value is { } time ? Write(time, NpgsqlDbType.Time) : Null();

        public Row Add(DateTimeOffset? value) =>
            value is { } at ? Write(at.UtcDateTime, NpgsqlDbType.TimestampTz) : Null();

        public Row Add(NetTopologySuite.Geometries.Coordinate? place)
        {
            if (place is null)
                return Null();
            point[0] = 1;
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(point.AsSpan(1), 0x20000001);
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(point.AsSpan(5), 4326);
            System.Buffers.Binary.BinaryPrimitives.WriteDoubleLittleEndian(point.AsSpan(9), place.X);
            System.Buffers.Binary.BinaryPrimitives.WriteDoubleLittleEndian(point.AsSpan(17), place.Y);
            // The bytes go as they are: geography's binary input is EWKB.
            return Write(point, NpgsqlDbType.Bytea);
        }

        private Row Write<T>(T value, NpgsqlDbType type)
        {
            importer.Write(value, type);
            return this;
        }

        private Row Null()
        {
            importer.WriteNull();
            return this;
        }
    }
}
