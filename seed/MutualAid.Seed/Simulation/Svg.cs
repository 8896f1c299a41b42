using System.Globalization;
using System.Net;
using System.Text;

namespace MutualAid.Seed.Simulation;

/// <summary>A picture, 400 units wide so that its letters can be read on a telephone; black, white and greys only.</summary>
internal sealed class Svg(string title, double height)
{
    public const double Width = 400;
    private readonly StringBuilder marks = new();

    public void Text(
        double x,
        double y,
        string words,
        string anchor = "start",
        int size = 12,
        bool bold = false
    ) =>
        marks.Append(
            CultureInfo.InvariantCulture,
            $"<text x=\"{x:0.#}\" y=\"{y:0.#}\" text-anchor=\"{anchor}\" font-size=\"{size}\"{(bold ? " font-weight=\"bold\"" : "")}>{WebUtility.HtmlEncode(words)}</text>\n"
        );

    public void Line(double x1, double y1, double x2, double y2, string stroke = "#000", double width = 1) =>
        marks.Append(
            CultureInfo.InvariantCulture,
            $"<line x1=\"{x1:0.#}\" y1=\"{y1:0.#}\" x2=\"{x2:0.#}\" y2=\"{y2:0.#}\" stroke=\"{stroke}\" stroke-width=\"{width}\"/>\n"
        );

    public void Bar(double x, double y, double width, double height, string fill) =>
        marks.Append(
            CultureInfo.InvariantCulture,
            $"<rect x=\"{x:0.#}\" y=\"{y:0.#}\" width=\"{Math.Max(0, width):0.#}\" height=\"{height:0.#}\" fill=\"{fill}\" stroke=\"#000\" stroke-width=\"0.7\"/>\n"
        );

    public void Dot(double x, double y, double radius, string fill) =>
        marks.Append(
            CultureInfo.InvariantCulture,
            $"<circle cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"{radius}\" fill=\"{fill}\" stroke=\"#000\"/>\n"
        );

    public void Diamond(double x, double y, double radius, string fill) =>
        Shape(fill, [(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)]);

    public void Square(double x, double y, double radius, string fill) =>
        Shape(
            fill,
            [
                (x - radius, y - radius),
                (x + radius, y - radius),
                (x + radius, y + radius),
                (x - radius, y + radius),
            ]
        );

    public void Triangle(double x, double y, double radius, string fill) =>
        Shape(fill, [(x, y - radius), (x + radius, y + radius), (x - radius, y + radius)]);

    /// <summary>A scale below a panel: ticks with their numbers, and what they count.</summary>
    public void Below(Scale scale, double top, double bottom, string unit)
    {
        foreach (double tick in scale.Ticks)
        {
            Line(scale.At(tick), top, scale.At(tick), bottom, "#ccc", 0.7);
            Text(
                scale.At(tick),
                bottom + 14,
                tick.ToString("0.##", CultureInfo.InvariantCulture),
                "middle",
                11
            );
        }
        Line(scale.From, bottom, scale.To, bottom);
        Text((scale.From + scale.To) / 2, bottom + 29, unit, "middle", 11);
    }

    /// <summary>A scale left of a panel.</summary>
    public void Beside(Scale scale, double left, double right, string unit)
    {
        foreach (double tick in scale.Ticks)
        {
            Line(left, scale.At(tick), right, scale.At(tick), "#ccc", 0.7);
            Text(
                left - 4,
                scale.At(tick) + 4,
                tick.ToString("0.##", CultureInfo.InvariantCulture),
                "end",
                11
            );
        }
        Line(left, scale.From, left, scale.To);
        Text(left - 30, scale.To - 8, unit, "start", 11);
    }

    private void Shape(string fill, (double X, double Y)[] corners)
    {
        string points = string.Join(
            ' ',
            corners.Select(corner =>
                string.Create(CultureInfo.InvariantCulture, $"{corner.X:0.#},{corner.Y:0.#}")
            )
        );
        marks.Append(
            CultureInfo.InvariantCulture,
            $"<polygon points=\"{points}\" fill=\"{fill}\" stroke=\"#000\"/>\n"
        );
    }

    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height:0.#}\" font-family=\"sans-serif\" role=\"img\">\n<title>{WebUtility.HtmlEncode(title)}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n{marks}</svg>\n"
        );
}

/// <summary>Numbers along an axis.</summary>
/// <param name="From">Where <paramref name="Least"/> is drawn.</param>
/// <param name="To">Where <paramref name="Most"/> is drawn.</param>
internal readonly record struct Scale(double Least, double Most, double From, double To)
{
    public double At(double value) => From + (value - Least) / (Most - Least) * (To - From);

    /// <summary>Round numbers, four to eight of them.</summary>
    public IEnumerable<double> Ticks
    {
        get
        {
            double rough = (Most - Least) / 5;
            double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
            double step =
                power
                * (
                    rough / power < 1.5 ? 1
                    : rough / power < 3.5 ? 2
                    : rough / power < 7.5 ? 5
                    : 10
                );
            for (double tick = Math.Ceiling(Least / step) * step; tick <= Most + step * 1e-9; tick += step)
                yield return Math.Round(tick, 10);
        }
    }

    /// <summary>Around these values, with a little room.</summary>
    public static Scale Around(IReadOnlyCollection<double> values, double from, double to)
    {
        double room = Math.Max((values.Max() - values.Min()) * 0.08, 0.01);
        return new Scale(values.Min() - room, values.Max() + room, from, to);
    }
}
