namespace MutualAid.Seed.Simulation;

/// <summary>Public locations: the centre of the 250 m cell, as the service publishes it.</summary>
internal static class GridCell
{
    private const double CellMetres = 250;

    public static (double Longitude, double Latitude) Centre(double longitude, double latitude)
    {
        double rows = CellMetres / Wgs84.MetresInADegree;
        double row = (Math.Floor(latitude / rows) + 0.5) * rows;
        double columns = rows / Math.Cos(double.DegreesToRadians(row));
        return ((Math.Floor(longitude / columns) + 0.5) * columns, row);
    }
}
