namespace MutualAid.Server.Interop.Exports;

/// <summary>
/// A table that is written row by row into an answer: what is held is what was not sent yet. A cell is null, text, a number, a
/// truth, or an instant. Whoever does not come to <see cref="End"/> has sent a table that its reader cannot take for a whole one.
/// </summary>
public abstract class Sheet
{
    protected MemoryStream Unsent { get; } = new();

    /// <summary>Adds a row to what is to be sent.</summary>
    public abstract void Row(IEnumerable<object?> cells);

    /// <summary>Before the first row.</summary>
    public virtual Task Begin(CancellationToken stop) => Task.CompletedTask;

    /// <summary>Sends the rows so far.</summary>
    public abstract Task Send(CancellationToken stop);

    /// <summary>Sends the rest.</summary>
    public abstract Task End(CancellationToken stop);

    protected async Task Pour(Stream into, CancellationToken stop)
    {
        await into.WriteAsync(Unsent.GetBuffer().AsMemory(0, (int)Unsent.Length), stop);
        await into.FlushAsync(stop);
        Unsent.SetLength(0);
    }
}
