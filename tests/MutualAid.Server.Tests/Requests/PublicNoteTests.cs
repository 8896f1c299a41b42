using System.Net;
using System.Net.Http.Json;
using MutualAid.Server.Requests;

namespace MutualAid.Server.Tests.Requests;

public sealed class PublicNoteTests
{
    [Theory]
    [InlineData("0912345678")]
    [InlineData("+84 912 345 678")]
    [InlineData("0084.912.345.678")]
    [InlineData("0 9 1 2 3 4 5 6 7 8")]
    [InlineData("0912-345-678")]
    [InlineData("(091) 234 5678")]
    [InlineData("0912/345/678")]
    [InlineData("091*234*5678")]
    [InlineData("0912, 345, 678")]
    [InlineData("O912 345 678")]
    [InlineData("o91 2o4 5678")]
    [InlineData("０９１２３４５６７８")]
    [InlineData("0️⃣9️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣")]
    [InlineData("⓪⑨①②③④⑤⑥⑦⑧")]
    [InlineData("٠٩١٢٣٤٥٦٧٨")]
    [InlineData("không chín một hai ba bốn năm sáu bảy tám")]
    [InlineData("Khong Chin mot 2 3 4 5 6 7 8")]
    [InlineData("zero nine one two 345 678")]
    [InlineData("024 3825 1234")]
    [InlineData("09.12\n34.56.78")]
    public void a_telephone_number_is_masked_however_it_is_spelt(string number)
    {
        string masked = PublicNote.Mask($"gọi {number} nhé");
        Assert.Matches(@"^gọi \(?•+ nhé$", masked);
    }

    [Theory]
    [InlineData("số 12", "số ••")]
    [InlineData("nhà số 12A nhé", "nhà số ••• nhé")]
    [InlineData("12 ngõ 3", "•• ngõ •")]
    [InlineData("Hẻm 45/6 vào 20m", "Hẻm ••• vào 20m")]
    [InlineData("ngách 5/7/9", "ngách •••")]
    [InlineData("SN 7, cổng xanh", "SN •, cổng xanh")]
    [InlineData("phòng 302 lô C3", "phòng ••• lô ••")]
    [InlineData("45/6 đường Láng", "••• đường Láng")]
    [InlineData("12 Lê Lợi", "•• Lê Lợi")]
    [InlineData("vào 12/3/4 là tới", "vào ••• là tới")]
    [InlineData("house no. 7", "house no. •")]
    public void a_house_number_is_masked(string note, string expected) =>
        Assert.Equal(expected, PublicNote.Mask(note));

    [Theory]
    [InlineData("Nhà có 3 trẻ nhỏ, 2 người già 80 tuổi, cần 10 kg gạo")]
    [InlineData("Cần trước 23/11/2026, uống 1/2 viên mỗi ngày")]
    [InlineData("Bé 6 tháng uống sữa số lượng 2 hộp")]
    [InlineData("Cần từ 8h30 đến 17h00")]
    [InlineData("")]
    public void what_is_neither_stays(string note) => Assert.Equal(note, PublicNote.Mask(note));

    [Theory]
    [InlineData("gọi 0912345678, số 12 ngõ 3, 45/6 đường Láng 12/3/4")]
    public void masking_twice_changes_nothing_and_never_makes_longer(string note)
    {
        string once = PublicNote.Mask(note);
        Assert.Equal(once, PublicNote.Mask(once));
        Assert.True(once.Length <= note.Length);
    }

    [Fact]
    public void a_long_hostile_note_is_masked_in_no_time()
    {
        // Pieces that almost match everywhere: the patterns must not go back over them again and again.
        string[] notes = ["o ", "0 .", "số ", "1/", "A b ", "không ", "9̈"];
        foreach (string piece in notes)
            PublicNote.Mask(string.Concat(Enumerable.Repeat(piece, 4000 / piece.Length)));
    }
}

public sealed class PreviewTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task a_preview_shows_what_a_post_will_show_and_writes_nothing()
    {
        var person = await service.NewPerson();
        var answer = await person.Http.PostAsJsonAsync(
            "/api/requests/preview",
            new { location = Posting.Point(Posting.Lon, Posting.Lat), publicNote = "gọi 0\u200b912 345 678" }
        );
        var preview = await answer.Read();
        Assert.Equal("gọi •••", preview.Text("publicNote"));
        Assert.Equal(0, await service.Look<int>("select count(*) from household"));
        var posted = await person.Posted();
        Assert.Equal(posted.Coordinates(), preview.Coordinates());
        Assert.Equal(posted["area"]!.ToJsonString(), preview["area"]!.ToJsonString());
    }

    [Fact]
    public async Task a_preview_names_what_is_wrong()
    {
        var person = await service.NewPerson();
        var answer = await person.Http.PostAsJsonAsync(
            "/api/requests/preview",
            new
            {
                location = Posting.Point(21, 105.87),
                publicNote = new string('x', 201),
                forPhone = "1",
            }
        );
        await answer.IsRefused(HttpStatusCode.BadRequest, "location.coordinates", "publicNote", "forPhone");
    }
}
