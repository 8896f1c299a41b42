using System.Globalization;
using System.Net;
using System.Text;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using DocumentFormat.OpenXml.Validation;

namespace MutualAid.Server.Tests.Interop.Exports;

/// <summary>What a team takes out of the service without private columns.</summary>
public sealed class NeedExportTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private static readonly string[] Formulas =
    [
        "=1+1",
        "+84901234567",
        "-2+3",
        "@SUM(A1)",
        "  =HYPERLINK(\"http://x\",\"y\")",
        "＝1+1",
        "＋1",
        "－1",
        "＠SUM(A1)",
        "﹦1",
        "\u22121",
        "\u200b=1",
        "=cmd|' /C calc'!A0",
    ];

    // Seen to fail without the check of the role's reach.
    [Fact]
    public async Task whose_role_reaches_the_area_gets_it_and_nobody_else_finds_it()
    {
        await service.GivenRequest(await service.NewPerson());
        string path = $"/api/areas/{Places.NorthEast}/requests";
        foreach (
            var (role, area) in new[]
            {
                ("teamMember", Places.NorthEast),
                ("teamLead", Places.EastDistrict),
                ("moderator", Places.Province),
                ("administrator", Places.Province),
            }
        )
        foreach (string format in new[] { "csv", "xlsx" })
        {
            using var answer = await (await service.NewPerson("Tổ viên", (role, area))).Get(
                $"{path}.{format}"
            );
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
            Assert.Equal(
                $"requests-00004-2026-11-23.{format}",
                answer.Content.Headers.ContentDisposition!.FileName
            );
        }
        var firstFactorOnly = await service.NewPerson("Tổ viên", ("teamMember", Places.NorthEast));
        await service.Look<int>(
            "update session set second_factor = false where account_id = @Id",
            new { firstFactorOnly.Id }
        );
        Person[] others =
        [
            await service.NewPerson(),
            await service.NewPerson("Tổ viên", ("teamMember", Places.SouthEast)),
            await service.NewPerson("Tổ viên", ("teamLead", Places.WestDistrict)),
            await service.NewPerson("Tổng đài", ("operator", Places.Province)),
            await service.NewPerson("Tổ viên", ("administrator", Places.OtherProvince)),
            firstFactorOnly,
        ];
        foreach (var other in others)
        foreach (string format in new[] { "csv", "xlsx" })
        {
            await other.Get($"{path}.{format}").IsProblem(404, "notFound");
            await other
                .Post($"{path}.{format}", new { reason = "gọi hỏi thăm từng nhà" })
                .IsProblem(404, "notFound");
            await other.Get($"/api/areas/{Guid.NewGuid()}/requests.{format}").IsProblem(404, "notFound");
        }
        await service.Anonymous.GetAsync($"{path}.csv").IsProblem(401, "signIn");
        Assert.Equal(
            0,
            await service.Look<int>("select count(*)::int from access_log where what = 'export'")
        );
    }

    [Fact]
    public async Task it_holds_what_the_area_looks_after_now_and_for_ninety_days_and_nothing_private()
    {
        var owner = await service.NewPerson("Bà Tư");
        var live = await service.GivenRequest(owner, quantity: 7, lon: 105.811, lat: 21.047);
        var hidden = await service.GivenRequest(owner, lon: 105.811, lat: 21.047);
        var lately = await service.GivenRequest(owner, lon: 105.811, lat: 21.047);
        var longAgo = await service.GivenRequest(owner, lon: 105.811, lat: 21.047);
        var elsewhere = await service.GivenRequest(owner, lon: 105.831, lat: 21.047);
        var now = service.Clock.GetUtcNow();
        await service.Look<int>("select 1 from request_hide(@now, @hidden, true)", new { now, hidden });
        foreach (var (ended, days) in new[] { (lately, 89), (longAgo, 91) })
            await service.Look<int>(
                "select 1 from request_end(@at, array[@ended], 'withdrawn', null)",
                new { at = now.AddDays(-days), ended }
            );
        var group = await service.NewPerson("Tổ viên", ("teamMember", Places.NorthWestGroupOne));
        string text = await group.Http.GetStringAsync($"/api/areas/{Places.NorthWestGroupOne}/requests.csv");
        var rows = Tables.Csv(text);
        Assert.Equal(
            new[] { live, hidden, lately }.Select(id => $"{id}").Order(),
            rows.Select(row => row["id"]).Order()
        );
        Assert.DoesNotContain(rows, row => row["id"] == $"{elsewhere}");
        var one = rows.Single(row => row["id"] == $"{live}");
        Assert.Equal(
            ("food", "7", "7", "open", "false", "false"),
            (one["category"], one["quantity"], one["unmet"], one["status"], one["hidden"], one["verified"])
        );
        Assert.Equal("2026-11-23T02:00:00Z", one["createdAt"]);
        Assert.Equal(("00002", "1", "Tổ 1"), (one["wardCode"], one["teamAreaCode"], one["teamArea"]));
        Assert.Equal("true", rows.Single(row => row["id"] == $"{hidden}")["hidden"]);
        Assert.Equal("withdrawn", rows.Single(row => row["id"] == $"{lately}")["status"]);
        // Longitude and latitude of the cell, the right way round.
        var cell = await service.Look<string>(
            "select st_x(public_place::geometry) || ' ' || st_y(public_place::geometry) from request where id = @live",
            new { live }
        );
        Assert.Equal(cell, $"{one["longitude"]} {one["latitude"]}");
        Assert.StartsWith("105.", one["longitude"], StringComparison.Ordinal);
        foreach (
            string secret in new[] { "Bà Tư", owner.Phone[3..], "ngõ 3", "cửa sau", "sữa", $"{owner.Id}" }
        )
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
        await group.Get($"/api/areas/{Places.NorthWestGroupOne}/requests.csv?x=1").IsProblem(400, "invalid");
    }

    // Seen to fail without SafeText.Cell in either kind of table.
    [Fact]
    public async Task no_cell_is_a_formula_however_it_is_written()
    {
        var owner = await service.NewPerson();
        foreach (string formula in Formulas)
            await service.Look<int>(
                "update request set public_note = @formula where id = @id",
                new { formula, id = await service.GivenRequest(owner, lon: 105.87, lat: 21.01) }
            );
        const string Kept = "gạo, \"sữa\"\nvà 'mắm' = 3 🍚 ; a-b";
        await service.Look<int>(
            "update request set public_note = @Kept where id = @id",
            new { Kept, id = await service.GivenRequest(owner, lon: 105.87, lat: 21.01) }
        );
        var team = await service.NewPerson("Tổ viên", ("teamMember", Places.SouthEast));
        string path = $"/api/areas/{Places.SouthEast}/requests";
        byte[] bytes = await team.Http.GetByteArrayAsync($"{path}.csv");
        Assert.Equal(Encoding.UTF8.GetPreamble(), bytes[..3]);
        string text = Encoding.UTF8.GetString(bytes);
        Assert.Contains("\r\n", text, StringComparison.Ordinal);
        string[] expected = [.. Formulas.Select(formula => $"'{formula}"), Kept];
        Assert.Equal(
            expected.Order(StringComparer.Ordinal),
            Tables.Csv(text).Select(row => row["publicNote"]).Order(StringComparer.Ordinal)
        );

        using var book = await Book(team, $"{path}.xlsx");
        var cells = Cells(book);
        Assert.Empty(book.WorkbookPart!.WorksheetParts.Single().Worksheet.Descendants<CellFormula>());
        int column = cells[0].ToList().IndexOf("Public note");
        Assert.Equal(
            expected.Order(StringComparer.Ordinal),
            cells.Skip(1).Select(row => row[column]).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task the_workbook_is_one_with_dates_that_are_dates_and_a_head_that_stays()
    {
        var id = await service.GivenRequest(await service.NewPerson(), quantity: 5, lon: 105.81, lat: 21.01);
        var team = await service.NewPerson("Tổ viên", ("teamMember", Places.SouthWest));
        using var book = await Book(team, $"/api/areas/{Places.SouthWest}/requests.xlsx");
        Assert.Empty(
            new OpenXmlValidator().Validate(book).Select(error => $"{error.Path?.XPath} {error.Description}")
        );
        var sheet = book.WorkbookPart!.WorksheetParts.Single().Worksheet;
        var pane = sheet.Descendants<Pane>().Single();
        Assert.Equal((PaneStateValues.Frozen, 1d), (pane.State!.Value, pane.VerticalSplit!.Value));
        var cells = Cells(book);
        var row = cells.Single(cells => cells[0] == $"{id}");
        string Of(string name) => row[cells[0].ToList().IndexOf(name)];
        Assert.Equal(("5", "Food", "Urgent"), (Of("Quantity"), Of("What"), Of("Urgency")));
        // 02:00 UTC is 09:00 in the area.
        double serial = double.Parse(Of("Posted at"), CultureInfo.InvariantCulture);
        Assert.Equal(new DateTime(2026, 11, 23, 9, 0, 0), DateTime.FromOADate(serial));
        var posted = sheet.Descendants<Cell>().First(cell => cell.CellReference == "M2");
        Assert.Null(posted.DataType);
        var format = book
            .WorkbookPart.WorkbookStylesPart!.Stylesheet.CellFormats!.Elements<CellFormat>()
            .ElementAt((int)posted.StyleIndex!.Value);
        Assert.True(format.NumberFormatId! >= 164);
        var quantity = sheet.Descendants<Cell>().First(cell => cell.CellReference == "C2");
        Assert.Null(quantity.DataType);
    }

    private static async Task<SpreadsheetDocument> Book(Person team, string path) =>
        SpreadsheetDocument.Open(
            new MemoryStream(await team.Http.GetByteArrayAsync(path)),
            isEditable: false
        );

    private static List<string[]> Cells(SpreadsheetDocument book)
    {
        var rows = book.WorkbookPart!.WorksheetParts.Single().Worksheet.Descendants<Row>().ToList();
        int columns = rows[0].Elements<Cell>().Count();
        return
        [
            .. rows.Select(row =>
            {
                string[] cells = [.. Enumerable.Repeat("", columns)];
                foreach (var cell in row.Elements<Cell>())
                    cells[cell.CellReference!.Value![0] - 'A'] = cell.InnerText;
                return cells;
            }),
        ];
    }
}
