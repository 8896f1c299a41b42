namespace MutualAid.OData.PostGis.Cql2;

/// <summary>How much of a filter is read, so that none costs more than a filter should.</summary>
internal sealed class CqlLimits
{
    public const int Characters = 16_000;
    public const int Depth = 100;
    public const int Parts = 1_000;

    private int depth;
    private int parts;

    public static void Length(string text)
    {
        if (text.Length > Characters)
            throw new CqlException(CqlFault.Large, Characters, "characters");
    }

    /// <summary>Goes one level down; leave by <see cref="Up"/>.</summary>
    public void Down(int position)
    {
        if (++depth > Depth)
            throw new CqlException(CqlFault.Large, position, "levels");
    }

    public void Up(int levels = 1) => depth -= levels;

    public void Part(int position)
    {
        if (++parts > Parts)
            throw new CqlException(CqlFault.Large, position, "parts");
    }
}
