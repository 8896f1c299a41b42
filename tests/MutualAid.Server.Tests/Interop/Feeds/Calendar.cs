using System.Text;

namespace MutualAid.Server.Tests.Interop.Feeds;

/// <summary>An iCalendar stream read line by line, as strictly as RFC 5545 writes it.</summary>
internal sealed record Calendar(IReadOnlyList<Calendar.Part> Parts)
{
    public sealed record Part(
        string Kind,
        IReadOnlyList<(string Name, string Value)> Lines,
        IReadOnlyList<Part> Inside
    )
    {
        public string this[string name] => Lines.Single(line => line.Name == name).Value;

        public bool Has(string name) => Lines.Any(line => line.Name == name);
    }

    public static Calendar Read(byte[] bytes)
    {
        string text = Encoding.UTF8.GetString(bytes);
        Assert.EndsWith("\r\n", text, StringComparison.Ordinal);
        string[] raw = text[..^2].Split("\r\n");
        Assert.DoesNotContain(raw, line => line.Contains('\n') || line.Contains('\r'));
        Assert.All(raw, line => Assert.InRange(Encoding.UTF8.GetByteCount(line), 1, 75));
        Assert.DoesNotContain('\ufffd', text);
        var lines = new List<string>();
        foreach (string line in raw)
            if (line[0] is ' ')
                lines[^1] += line[1..];
            else
                lines.Add(line);
        var open = new Stack<(string Kind, List<(string, string)> Lines, List<Part> Inside)>();
        var parts = new List<Part>();
        foreach (string line in lines)
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            Assert.True(colon > 0, line);
            var (name, value) = (line[..colon], line[(colon + 1)..]);
            if (name == "BEGIN")
                open.Push((value, [], []));
            else if (name == "END")
            {
                var (kind, own, inside) = open.Pop();
                Assert.Equal(kind, value);
                (open.Count == 0 ? parts : open.Peek().Inside).Add(new Part(kind, own, inside));
            }
            else
                open.Peek().Lines.Add((name, value));
        }
        Assert.Empty(open);
        return new Calendar(parts);
    }

    public Part Whole => Parts.Single();

    public IEnumerable<Part> Events => Whole.Inside.Where(part => part.Kind == "VEVENT");

    public Part Event(string uid) =>
        Events.Single(one => one["UID"].StartsWith(uid, StringComparison.Ordinal));
}
