using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using MutualAid.Server.Tests.Accounts;
using MutualAid.Server.Tests.Requests;

namespace MutualAid.Server.Tests.Vietnamese;

/// <summary>How people here write, and what must come of it.</summary>
public sealed class GoldenTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private static readonly (string Typed, string First)[] Areas =
    [
        ("Phường Gạo", "Phường Gạo"),
        ("phường gạo", "Phường Gạo"),
        ("PHƯỜNG GẠO", "Phường Gạo"),
        ("phuong gao", "Phường Gạo"),
        ("PHUONG GAO", "Phường Gạo"),
        ("p. gạo", "Phường Gạo"),
        ("P.Gạo", "Phường Gạo"),
        ("P Gao", "Phường Gạo"),
        ("p  gao", "Phường Gạo"),
        ("Ph. Gạo", "Phường Gạo"),
        ("gao", "Phường Gạo"),
        ("xã Gạo", "Phường Gạo"),
        ("p. gạo, quận tây", "Phường Gạo"),
        ("phường đèn", "Phường Đèn"),
        ("phuong den", "Phường Đèn"),
        ("P ĐÈN", "Phường Đèn"),
        ("hoà bình", "Phường Hoà Bình"),
        ("hòa bình", "Phường Hoà Bình"),
        ("hoa binh", "Phường Hoà Bình"),
        ("Quận 1", "Quận 1"),
        ("quan 1", "Quận 1"),
        ("quận1", "Quận 1"),
        ("Q1", "Quận 1"),
        ("q.1", "Quận 1"),
        ("Q. 1", "Quận 1"),
        ("q 01", "Quận 1"),
        ("Q10", "Quận 10"),
        ("P.03", "Phường 3"),
        ("p3, q10", "Phường 3"),
        ("tp thủ đức", "Thành phố Thủ Đức"),
        ("TP. Thu Duc", "Thành phố Thủ Đức"),
        ("T.P Thủ Đức", "Thành phố Thủ Đức"),
        ("thu duc", "Thành phố Thủ Đức"),
        ("TT Cần Thạnh", "Thị trấn Cần Thạnh"),
        ("h. can gio", "Huyện Cần Giờ"),
        ("x bình khánh", "Xã Bình Khánh"),
        ("Đa Kao", "Phường Đa Kao"),
        ("da kao", "Phường Đa Kao"),
        // A ward that is no more, by its own name.
        ("p. cầu kho", "Phường Cầu Kho"),
        ("cau kho", "Phường Cầu Kho"),
    ];

    public static TheoryData<string, string> Composed =>
        [.. Areas.Select(one => (one.Typed.Normalize(NormalizationForm.FormC), one.First))];

    public static TheoryData<string, string> Decomposed =>
        [.. Areas.Select(one => (one.Typed.Normalize(NormalizationForm.FormD), one.First))];

    [Theory]
    [MemberData(nameof(Composed))]
    [MemberData(nameof(Decomposed))]
    public async Task an_area_is_found_however_it_is_typed(string typed, string first)
    {
        await GivenCity();
        var found = await service.Anonymous.ReadAt($"/api/areas?q={Uri.EscapeDataString(typed)}");
        Assert.Equal(first, found["items"]![0]!.Text("name"));
    }

    [Theory]
    [InlineData("p. gao", "Phường Gạo")]
    [InlineData("P.03", "Phường 3")]
    [InlineData("p cau kho", "Phường Cầu Ông Lãnh")] // merged into it
    [InlineData("Quan Mot Cu", "Phường Đa Kao")] // a district that is no more
    [InlineData("TP Thu Duc", "Phường Bình Thọ")]
    public async Task the_field_of_a_page_finds_the_ward_of_today(string typed, string ward)
    {
        await GivenCity();
        foreach (var form in new[] { NormalizationForm.FormC, NormalizationForm.FormD })
        {
            string page = WebUtility.HtmlDecode(
                await service.Anonymous.GetStringAsync($"/?q={Uri.EscapeDataString(typed.Normalize(form))}")
            );
            Assert.Contains(ward, page, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("%")]
    [InlineData("_")]
    [InlineData("___")]
    [InlineData("\\")]
    [InlineData("p_ uong")]
    public async Task what_is_typed_holds_no_wildcards(string typed)
    {
        await GivenCity();
        string q = Uri.EscapeDataString(typed);
        Assert.DoesNotContain(
            (await service.Anonymous.ReadAt($"/api/areas?q={q}"))["items"]!.AsArray(),
            item => item!.Text("name") is "Phường Gạo" && typed.Length < 4
        );
        await service.GivenRequest(await service.NewPerson(), lon: 105.82, lat: 21.015);
        Assert.Empty(
            (await service.Anonymous.ReadAt($"/api/requests/nearby?lon=105.82&lat=21.015&q={q}"))[
                "items"
            ]!.AsArray()
        );
    }

    [Theory]
    [InlineData("gao te", true)]
    [InlineData("GẠO TẺ", true)]
    [InlineData("gạo tẻ", true)]
    [InlineData("gao", true)]
    [InlineData("duong", true)]
    [InlineData("đường", true)]
    [InlineData("gạo nếp", false)]
    [InlineData("vat tu", true)]
    [InlineData("Vật tư y tế", true)]
    [InlineData("medical", true)]
    [InlineData("thuoc men", false)]
    public async Task needs_are_found_by_words_of_the_public_note_and_of_the_category(
        string typed,
        bool found
    )
    {
        var owner = await service.NewPerson();
        var posted = await owner.Posted(
            Posting.Body(
                body =>
                    body["publicNote"] = "Gạo tẻ và đường, không cần nếp".Normalize(NormalizationForm.FormD),
                lon: 105.8612,
                lat: 21.0448,
                category: "medical-supplies"
            )
        );
        foreach (var form in new[] { NormalizationForm.FormC, NormalizationForm.FormD })
        {
            string q = Uri.EscapeDataString(typed.Normalize(form));
            var near = await service.Anonymous.ReadAt(
                $"/api/requests/nearby?lon=105.8612&lat=21.0448&limit=100&q={q}"
            );
            Assert.Equal(found, near["items"]!.AsArray().Any(item => item!.Id() == posted.Id()));
            string page = await service.Anonymous.GetStringAsync($"/?lon=105.8612&lat=21.0448&what={q}");
            Assert.Equal(found, page.Contains($"/requests/{posted.Id()}", StringComparison.Ordinal));
        }
        // What only the owner and the giver see is not searched.
        var hidden = await service.Anonymous.ReadAt(
            "/api/requests/nearby?lon=105.8612&lat=21.0448&limit=100&q=ng%C3%B5"
        );
        Assert.Empty(hidden["items"]!.AsArray());
    }

    [Fact]
    public async Task a_search_over_pages_gives_each_need_once()
    {
        var owner = await service.NewPerson();
        for (int i = 0; i < 5; i++)
            await service.GivenRequest(owner, category: "transport", lon: 105.811, lat: 21.055);
        var seen = new List<Guid>();
        string? next = "/api/requests/nearby?lon=105.811&lat=21.055&limit=2&q=dua%20don";
        while (next is not null)
        {
            var page = await service.Anonymous.ReadAt(next);
            seen.AddRange(page["items"]!.AsArray().Select(item => item!.Id()));
            next = (string?)page["next"];
        }
        Assert.Equal(5, seen.Count);
        Assert.Equal(5, seen.Distinct().Count());
    }

    public static TheoryData<string> Spellings =>
        [
            "0901234567",
            "+84 90 123 4567",
            "84901234567",
            "090.123.4567",
            "0084 901 234 567",
            "０９０１２３４５６７",
            "090\u00a0123\u00a04567",
            "+84\u00a0(0)\u202f90-123-45-67",
        ];

    [Theory]
    [MemberData(nameof(Spellings))]
    public async Task a_phone_number_is_one_number_however_it_is_spelt(string spelling)
    {
        const string number = "+84901234567";
        await service.Clock.Advance(TimeSpan.FromHours(3)); // codes are rationed
        var signedIn = await service.SignIn(spelling);
        Assert.Equal(number, signedIn["account"]!.Text("phone"));
        Assert.Equal(
            1,
            await service.Look<int>(
                "select count(*)::int from account_private where phone = @number",
                new { number }
            )
        );

        var poster = await service.NewPerson();
        var posted = await poster.Posted(
            Posting.Body(body =>
                body["onBehalfOf"] = new JsonObject
                {
                    ["name"] = "Bà Tư",
                    ["phone"] = spelling,
                    ["consent"] = true,
                }
            )
        );
        Assert.Equal(
            number,
            await service.Look<string>(
                "select phone from request_private where request_id = @id",
                new { id = posted.Id() }
            )
        );

        // Whom one has blocked stays blocked, with whichever spelling they come back.
        var blocked = signedIn["account"]!.Id();
        await poster.Post("/api/blocks", new { accountId = blocked }).Is(HttpStatusCode.NoContent);
        using var again = service.Client(signedIn.Text("token"));
        await again
            .PostAsJsonAsync($"/api/requests/{posted.Id()}/claims", new { units = 1 })
            .IsProblem(404, "notFound");
    }

    [Fact]
    public async Task what_is_typed_in_nfd_is_kept_in_nfc_and_given_back_equal()
    {
        const string name = "Nguyễn Thị Ước Đặng";
        const string note = "Cổng màu xanh, ngõ nhỏ cạnh chợ Ẩm Thực";
        string Nfd(string text) => text.Normalize(NormalizationForm.FormD);
        var person = await service.NewPerson();
        using var edit = new HttpRequestMessage(HttpMethod.Patch, "/api/me")
        {
            Content = JsonContent.Create(new { name = Nfd(name) }),
        };
        using (var me = await person.Get("/api/me"))
            edit.Headers.TryAddWithoutValidation("If-Match", me.Headers.ETag!.ToString());
        var edited = await person.Http.SendAsync(edit);
        Assert.Equal(name, (await edited.Read()).Text("name"));

        var posted = await person.Posted(
            Posting.Body(body =>
            {
                body["note"] = Nfd(note);
                body["publicNote"] = Nfd(note);
                body["needs"]![0]!["details"] = Nfd("sữa cho bé");
                body["onBehalfOf"] = new JsonObject
                {
                    ["name"] = Nfd(name),
                    ["phone"] = "0912000111",
                    ["consent"] = true,
                };
            })
        );
        var read = await person.Http.ReadAt($"/api/requests/{posted.Id()}");
        Assert.Equal(note, read.Text("publicNote"));
        Assert.Equal(note, read["private"]!.Text("note"));
        Assert.Equal("sữa cho bé", read["private"]!.Text("details"));
        Assert.Equal(name, read["private"]!.Text("name"));
        Assert.Equal(
            note,
            await service.Look<string>(
                "select public_note from request where id = @id",
                new { id = posted.Id() }
            )
        );
    }

    // A city far from the fixture's own, with numbers for names, and with what it was before its wards were merged.
    private Task GivenCity() =>
        service.Look<object>(
            """
            insert into area (id, parent_id, root_id, code, name, level, valid_to, boundary)
            select md5('city' || x.code)::uuid, md5('city' || x.parent)::uuid, md5('city79')::uuid, x.code, x.name, x.level, x.gone,
                   st_multi(st_makeenvelope(108 + x.at * 0.1, 16, 108.1 + x.at * 0.1, 16.1, 4326))::geography
            from (values
              ('79', null, 'Thành phố Thử Nghiệm', 'province', null::date, 0),
              ('760', '79', 'Quận 1', 'district', null, 1), ('771', '79', 'Quận 10', 'district', null, 2),
              ('769', '79', 'Thành phố Thủ Đức', 'district', null, 3), ('787', '79', 'Huyện Cần Giờ', 'district', null, 4),
              ('761', '79', 'Quận Một Cũ', 'district', '2025-07-01', 5),
              ('26734', '760', 'Phường Đa Kao', 'ward', null, 6), ('27163', '771', 'Phường 3', 'ward', null, 7),
              ('27164', '771', 'Phường 13', 'ward', null, 8), ('26806', '769', 'Phường Bình Thọ', 'ward', null, 9),
              ('27664', '787', 'Thị trấn Cần Thạnh', 'ward', null, 10), ('27667', '787', 'Xã Bình Khánh', 'ward', null, 11),
              ('26752', '760', 'Phường Cầu Kho', 'ward', '2025-07-01', 12), ('26755', '760', 'Phường Cầu Ông Lãnh', 'ward', null, 12)
            ) x (code, parent, name, level, gone, at)
            on conflict do nothing;
            insert into area_successor select md5('city' || o)::uuid, md5('city' || n)::uuid
            from (values ('26752', '26755'), ('761', '26734')) x (o, n) on conflict do nothing;
            select area_refresh(md5('city79')::uuid)
            """
        );
}
