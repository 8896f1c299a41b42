namespace MutualAid.Seed.Repeats;

/// <summary>How one person writes addresses: the north's words or the south's, long or short, with marks or without, with care or in haste.</summary>
internal sealed class Hand
{
    private readonly Dice dice;
    private readonly bool north;
    private readonly bool bare;
    private readonly bool slashes;
    private readonly double haste;

    public Hand(Dice dice)
    {
        this.dice = dice;
        north = dice.Chance(0.35);
        bare = dice.Chance(0.25);
        slashes = dice.Chance(0.55);
        haste = dice.Chance(0.3) ? 0.5 : 0.08;
    }

    /// <summary>Null when nothing was written.</summary>
    public string? Write(Dwelling home)
    {
        if (dice.Chance(0.03 + haste * 0.07))
            return null;
        // Who is in haste says where it is and not which door.
        bool door = !dice.Chance(0.02 + haste * 0.1);
        List<string> parts = [];
        if (home.Estate is not null)
            parts.AddRange(Flat(home, door));
        else if (home.Flat is not null && door && !dice.Chance(haste * 0.3))
            parts.Add(dice.Pick(["phòng ", "P.", "phòng trọ số ", "dãy trọ phòng "]) + home.Flat);
        if (home.Estate is null || dice.Chance(0.45))
            parts.Add(Line(home, door || home.Estate is not null));
        if (dice.Chance(0.6))
            parts.Add(Ward(home.Ward));
        if (dice.Chance(0.2))
            parts.Add(dice.Pick(["TP.HCM", "Q.1", "quận 3", "tp hcm", "Sài Gòn"]));
        if (dice.Chance(0.08 + haste * 0.1))
            parts.Insert(dice.Between(0, parts.Count), dice.Pick(Wording.Landmarks));
        string text = string.Join(dice.Pick([", ", ", ", " ", " - "]), parts);
        text = bare ? Slips.Bare(text) : text;
        text = dice.Chance(haste) ? Slips.Typed(dice, text, dice.Between(1, 3)) : text;
        return dice.Chance(0.3) ? text.ToLowerInvariant() : text;
    }

    private IEnumerable<string> Flat(Dwelling home, bool door)
    {
        string number = home.Flat!;
        string spelled = dice.Between(0, 5) switch
        {
            0 => $"{number[..^2]}.{number[^2..]}",
            1 => $"{number[..^2]}-{number[^2..]}",
            _ => number,
        };
        if (home.Tower is not null && dice.Chance(0.5))
            spelled = $"{home.Tower}{spelled}";
        else if (home.Tower is not null && dice.Chance(0.7))
            spelled += dice.Pick([" lô ", " block ", " tháp "]) + home.Tower;
        if (door)
            yield return dice.Pick(["căn hộ ", "căn ", "P.", "phòng ", "", "ch "]) + spelled;
        if (dice.Chance(0.15))
            yield return dice.Pick(["tầng ", "lầu ", "T."]) + home.Floor;
        yield return dice.Pick(["chung cư ", "CC ", "c/c ", "cc. ", "Chung cư "]) + home.Estate;
    }

    // "45/12/3 Lê Lợi", "số 3 ngách 12 ngõ 45 phố Lê Lợi", "12/3 hẻm 45 đường Lê Lợi".
    private string Line(Dwelling home, bool door)
    {
        string street = Street(home.Street);
        string house = door ? home.House : "";
        string number = dice.Pick(["số ", "Số nhà ", "", "", "SN ", "nhà số "]);
        if (home.House == "0" || (home.Alleys.Length == 0 && !door))
            return street;
        if (home.Alleys.Length == 0)
            return $"{number}{house}{dice.Pick([" ", " ", ", "])}{street}";
        string way = north
            ? dice.Pick(["ngõ", "Ngõ", "ng."])
            : dice.Pick(["hẻm", "Hẻm", "hẽm", "kiệt", "H."]);
        if (!door)
            return $"{way} {string.Join('/', home.Alleys)} {street}";
        if (slashes)
            return dice.Chance(0.7)
                ? $"{(dice.Chance(0.3) ? number : "")}{string.Join('/', home.Alleys)}/{house} {street}"
                : $"{string.Join('/', home.Alleys[1..].Select(alley => $"{alley}/"))}{house} {way} {home.Alleys[0]} {street}";
        if (home.Alleys.Length == 1)
            return $"{number}{house} {way} {home.Alleys[0]} {street}";
        return north
            ? $"{number}{house} ngách {home.Alleys[1]} {way} {home.Alleys[0]} {street}"
            : $"{number}{home.Alleys[1]}/{house} {way} {home.Alleys[0]}, {street}";
    }

    private string Street(string name)
    {
        bool digits = char.IsDigit(name[0]);
        string written =
            !digits && name.Count(c => c == ' ') >= 2 && dice.Chance(0.2)
                ? Slips.Initials(name, dice.Chance(0.4))
            : name == "Cách Mạng Tháng Tám" && dice.Chance(0.4) ? "CMT8"
            : name == "3 Tháng 2" && dice.Chance(0.4) ? "3/2"
            : name;
        return (north ? dice.Pick(["phố ", "", "p. ", "đường "]) : dice.Pick(["đường ", "", "", "đ. ", "d."]))
            + written;
    }

    private string Ward(string name) => dice.Pick(["P. ", "phường ", "P.", "Phường ", "f."]) + name;
}
