using System.CommandLine;
using System.Globalization;

namespace MutualAid.Server.Seeding;

/// <summary>Bounds of a command's numbers, said when they are broken.</summary>
internal static class NumberOptions
{
    /// <summary>Whole numbers from the one to the other.</summary>
    public static void Between(this Option option, long least, long most) =>
        option.Must<long>(said => said >= least && said <= most, $"from {least} to {most}");

    // What is no number at all the parser itself refuses; asking it for the value would throw.
    public static void Must<T>(this Option option, Func<T, bool> good, string bounds)
        where T : struct, IParsable<T> =>
        option.Validators.Add(result =>
        {
            if (
                result.Tokens is [{ } token]
                && T.TryParse(token.Value, CultureInfo.InvariantCulture, out T said)
                && !good(said)
            )
                result.AddError($"{option.Name} must be {bounds}.");
        });
}
