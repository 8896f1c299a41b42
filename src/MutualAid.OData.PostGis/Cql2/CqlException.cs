namespace MutualAid.OData.PostGis.Cql2;

/// <summary>A filter that is none, or that asks for what is not there.</summary>
public sealed class CqlException(CqlFault fault, int position, string named)
    : FormatException($"{fault} at {position}: {named}")
{
    public CqlFault Fault { get; } = fault;

    /// <summary>Where in the text it went wrong, counted from 1; in JSON the character of the text, 1 when it is not known.</summary>
    public int Position { get; } = position;

    /// <summary>The property, function, word or type that it is about.</summary>
    public string Named { get; } = named;
}

/// <summary>What is wrong with a filter.</summary>
public enum CqlFault
{
    /// <summary>Something else was expected here: it is named.</summary>
    Expected,

    /// <summary>No such property.</summary>
    Property,

    /// <summary>No such function or operator here.</summary>
    Function,

    /// <summary>Values of these types are not compared, or this operator does not take them.</summary>
    Type,

    /// <summary>A number, time, date or id that cannot be read.</summary>
    Value,

    /// <summary>A geometry that is none: an open ring, too few points, a box turned over.</summary>
    Geometry,

    /// <summary>Longer, deeper or with more parts than is read.</summary>
    Large,
}
