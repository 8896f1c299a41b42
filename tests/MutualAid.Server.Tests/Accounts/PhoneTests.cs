using MutualAid.Server.Accounts;
using MutualAid.Server.Web;

namespace MutualAid.Server.Tests.Accounts;

public sealed class PhoneTests
{
    [Theory]
    [InlineData("0912345678", "+84912345678")]
    [InlineData("912345678", "+84912345678")]
    [InlineData("+84912345678", "+84912345678")]
    [InlineData("84912345678", "+84912345678")]
    [InlineData("0084912345678", "+84912345678")]
    [InlineData("+84 (0) 912 345 678", "+84912345678")]
    [InlineData("(+84) 912-345-678", "+84912345678")]
    [InlineData("0912.345.678", "+84912345678")]
    [InlineData(" 0912 345 678 ", "+84912345678")]
    [InlineData("0912\u00a0345\u2013678", "+84912345678")]
    [InlineData("\u200e0912\u200b345678", "+84912345678")]
    [InlineData("０９１２３４５６７８", "+84912345678")]
    [InlineData("＋８４（０）９１２－３４５－６７８", "+84912345678")]
    [InlineData("٠٩١٢٣٤٥٦٧٨", "+84912345678")]
    [InlineData("0849123456", "+84849123456")] // 084 is a mobile prefix, 84 the country
    [InlineData("849123456", "+84849123456")]
    [InlineData("84849123456", "+84849123456")]
    [InlineData("01201234567", "+84701234567")]
    [InlineData("+84 121 234 5678", "+84792345678")]
    [InlineData("841692345678", "+84392345678")]
    [InlineData("0199 234 5678", "+84592345678")]
    [InlineData("0186 234 5678", "+84562345678")]
    [InlineData("0127 234 5678", "+84812345678")]
    public void every_spelling_of_a_mobile_number_is_one_number(string written, string e164)
    {
        var phone = Phone.Read(written, out _);
        Assert.Equal(e164, phone?.E164);
        Assert.True(phone!.Mobile);
    }

    [Theory]
    [InlineData("024 3825 3536", "+842438253536")]
    [InlineData("(028) 38 22 12 34", "+842838221234")]
    [InlineData("+84 236 3822 123", "+842363822123")]
    [InlineData("842363822123", "+842363822123")]
    public void a_landline_can_be_rung_and_receives_no_code(string written, string e164)
    {
        Assert.Equal(e164, Phone.Parse(written, "phone").E164);
        var refusal = Assert.Throws<Refusal>(() => Phone.ParseMobile(written, "phone"));
        Assert.Equal("phoneMobile", Assert.Single(refusal.Errors).Code);
    }

    [Theory]
    [InlineData("", "phone")]
    [InlineData("   ", "phone")]
    [InlineData("abc", "phone")]
    [InlineData("0912 345 67", "phone")]
    [InlineData("0912 345 678 9", "phone")]
    [InlineData("0912+345678", "phone")]
    [InlineData("09l2345678", "phone")] // a letter l
    [InlineData("0712345678", "phone")] // no such series
    [InlineData("01302345678", "phone")] // no old prefix
    [InlineData("113", "phone")]
    [InlineData("1900 1022", "phone")]
    [InlineData("0912345678;0987654321", "phone")]
    [InlineData("0912345678\u0000", "phone")]
    [InlineData("+1 202 555 0123", "phoneForeign")]
    [InlineData("00855 12 345 678", "phoneForeign")]
    [InlineData("+", "phoneForeign")]
    public void what_is_no_vietnamese_number_is_refused_with_the_reason(string written, string problem)
    {
        var refusal = Assert.Throws<Refusal>(() => Phone.Parse(written, "phone"));
        Assert.Equal(400, refusal.Status);
        Assert.Equal(("phone", problem), (refusal.Errors[0].Field, refusal.Errors[0].Code));
        Assert.True(Texts.Has($"field.{problem}"));
    }
}
