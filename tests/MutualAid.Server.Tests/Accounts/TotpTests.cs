using System.Text;
using MutualAid.Server.Accounts;

namespace MutualAid.Server.Tests.Accounts;

public sealed class TotpTests
{
    private static readonly byte[] Secret = Encoding.ASCII.GetBytes("12345678901234567890");

    // RFC 6238, appendix B, the rows of SHA-1: eight digits.
    [Theory]
    [InlineData(59, "94287082")]
    [InlineData(1111111109, "07081804")]
    [InlineData(1111111111, "14050471")]
    [InlineData(1234567890, "89005924")]
    [InlineData(2000000000, "69279037")]
    [InlineData(20000000000, "65353130")]
    public void codes_are_those_of_rfc_6238(long seconds, string code)
    {
        long step = Totp.Step(DateTimeOffset.FromUnixTimeSeconds(seconds));
        Assert.Equal(code, Totp.Code(Secret, step, 8));
        Assert.Equal(code[2..], Totp.Code(Secret, step));
    }

    // RFC 4226, appendix D: the first counters, six digits.
    [Theory]
    [InlineData(0, "755224")]
    [InlineData(1, "287082")]
    [InlineData(2, "359152")]
    [InlineData(9, "520489")]
    public void codes_are_those_of_rfc_4226(long counter, string code) =>
        Assert.Equal(code, Totp.Code(Secret, counter));

    [Theory]
    [InlineData(-60, false)]
    [InlineData(-30, true)]
    [InlineData(0, true)]
    [InlineData(30, true)]
    [InlineData(60, false)]
    public void a_clock_may_be_one_step_off(int seconds, bool accepted)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
        long theirs = Totp.Step(now.AddSeconds(seconds));
        Assert.Equal(accepted ? theirs : null, Totp.Match(Secret, Totp.Code(Secret, theirs), now));
    }

    // RFC 4648, section 10, without the padding.
    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    [InlineData("12345678901234567890", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")]
    public void secrets_are_written_in_base32(string secret, string text) =>
        Assert.Equal(text, Totp.Text(Encoding.ASCII.GetBytes(secret)));
}
