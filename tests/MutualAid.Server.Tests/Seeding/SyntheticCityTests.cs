using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using MutualAid.Seed;
using MutualAid.Server.Accounts;
using MutualAid.Server.Requests;

namespace MutualAid.Server.Tests.Seeding;

/// <summary>What the seed makes, before any database has seen it.</summary>
public sealed class SyntheticCityTests
{
    private static readonly SyntheticCity City = new();

    [Fact]
    public void a_run_is_the_same_to_the_last_bit_each_time_it_is_made()
    {
        var run = new SeedRun(7, 0, 3_000, 600, FakeClock.Start);
        Assert.Equal(Digest(run), Digest(run));
        Assert.NotEqual(Digest(run), Digest(run with { Seed = 8 }));
        Assert.NotEqual(Digest(run), Digest(run with { Again = 1 }));
    }

    [Fact]
    public void a_run_has_as_many_requests_and_offers_as_were_asked_for()
    {
        foreach (var (requests, offers) in ((int, int)[])[(0, 0), (1, 0), (0, 1), (2_001, 17), (10, 3_000)])
        {
            var batches = Batches(new SeedRun(1, 0, requests, offers, FakeClock.Start)).ToList();
            Assert.Equal(requests, batches.Sum(batch => batch.Requests.Count));
            Assert.Equal(offers, batches.Sum(batch => batch.Offers.Count(offer => !offer.OneTime)));
        }
    }

    [Fact]
    public void posts_ask_for_what_people_asked_for()
    {
        var batches = Batches(new SeedRun(3, 0, 30_000, 0, FakeClock.Start)).ToList();
        double posts = batches.Sum(batch => batch.Households.Count);
        double Share(Category of) =>
            batches.Sum(batch => batch.Requests.Count(request => request.Category == of)) / posts;
        Assert.Equal(0.94, Share(NeedMix.Food), 0.01);
        Assert.Equal(0.35, Share(NeedMix.Necessities), 0.015);
        Assert.Equal(0.14, Share(NeedMix.Supplies), 0.01);
        Assert.Equal(0.03, Share(NeedMix.Advice), 0.005);
    }

    [Fact]
    public void no_two_people_share_a_phone_and_each_is_a_mobile_of_the_reserved_range()
    {
        var run = new SeedRun(1, 0, 6_000, 1_200, FakeClock.Start);
        var next = run with { Again = 1, FirstPerson = run.NextPerson };
        var phones = Batches(run)
            .Concat(Batches(next))
            .SelectMany(batch => batch.People)
            .Select(person => person.Phone)
            .Concat(new DemoPeople(City, FakeClock.Start).Batch.People.Select(person => person.Phone))
            .ToList();
        Assert.Equal(phones.Count, phones.Distinct().Count());
        Assert.All(phones, phone => Assert.Equal(phone, Phone.ParseMobile(phone, "phone").E164));
        Assert.All(phones, phone => Assert.StartsWith(People.Range, phone));
    }

    [Fact]
    public void what_everybody_reads_leads_to_no_door()
    {
        var notes = Batches(new SeedRun(1, 0, 4_000, 0, FakeClock.Start))
            .SelectMany(batch => batch.Requests)
            .Select(request => request.PublicNote)
            .OfType<string>()
            .Distinct();
        Assert.All(notes, note => Assert.Equal(note, PublicNote.Mask(note)));
    }

    [Fact]
    public void needs_cluster()
    {
        var counts = Batches(new SeedRun(1, 0, 20_000, 0, FakeClock.Start))
            .SelectMany(batch => batch.Households)
            .GroupBy(household => (Math.Floor(household.Place.X * 400), Math.Floor(household.Place.Y * 400)))
            .Select(cell => cell.Count())
            .OrderDescending()
            .ToList();
        // Cells of about 270 m: spread evenly over 766 km², a tenth of some 10,000 cells would hold a tenth of the posts.
        Assert.True(counts.Take(1_000).Sum() > 0.5 * counts.Sum());
    }

    private static IEnumerable<SeedBatch> Batches(SeedRun run)
    {
        var maker = new BatchMaker(run, new Neighbourhoods(City));
        return Enumerable.Range(0, run.Batches).Select(maker.Make);
    }

    private static string Digest(SeedRun run)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var options = new JsonSerializerOptions
        {
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            ReferenceHandler = ReferenceHandler.IgnoreCycles,
        };
        foreach (var batch in Batches(run))
            hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(batch, options));
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
