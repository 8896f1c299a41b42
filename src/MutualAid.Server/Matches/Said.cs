using MutualAid.Server.Web;

namespace MutualAid.Server.Matches;

/// <summary>What somebody says with a step.</summary>
internal sealed record Said
{
    public string? Reason { get; init; }
    public int? Units { get; init; }
    public string? Code { get; init; }

    internal static Said Read(DeliveredBody? body)
    {
        var errors = new FieldErrors();
        errors.Check(body?.Units is null or >= 1 and <= 10_000, "units", "between", 1, 10_000);
        string? code = body?.Code is null ? null : HandOverCode.Read(body.Code);
        errors.Check(body?.Code is null || code is not null, "code", "sixDigits");
        errors.ThrowIfAny();
        return new Said { Units = body?.Units, Code = code };
    }

    internal static Said Read(ReasonBody? body, bool demanded)
    {
        var errors = new FieldErrors();
        string? reason = CleanText.Lines(errors, "reason", body?.Reason, 500);
        if (!errors.Any)
            errors.Check(reason is not null || !demanded, "reason", "required");
        errors.ThrowIfAny();
        return new Said { Reason = reason };
    }
}

/// <summary>How many units were handed over (all when not said), and the hand-over code when the receiver gave it.</summary>
public sealed record DeliveredBody(int? Units, string? Code);

/// <summary>One of the codes that have a text (<c>endReason.CODE</c>), or words of one's own, at most 500 characters.</summary>
public sealed record ReasonBody(string? Reason);
