namespace MutualAid.Server.Interop.Exports;

/// <summary>
/// A table that is written row by row into an answer: what is held is what was not sent yet. A cell is null, text, a number, a
/// truth, or an instant. Whoever does not come to <see cref="End"/> has sent a table that its reader cannot take for a whole one.
/// </summary>
public abstract class Sheet
{
    // What writes a table writes at once, and an answer is written as the line takes it: between them stands this.
    protected MemoryStream Unsent { get; } = new();

    /// <summary>Adds a row to what is to be sent.</summary>
    public abstract void Row(IEnumerable<object?> cells);

    /// <summary>Sends the rows so far.</summary>
    public Task Send(Stream answer, CancellationToken stop)
    {
        Flush();
        return Pour(answer, stop);
    }

    /// <summary>Sends the rest.</summary>
    public Task End(Stream answer, CancellationToken stop)
    {
        Close();
        return Pour(answer, stop);
    }

    protected abstract void Flush();

    protected abstract void Close();

    private async Task Pour(Stream answer, CancellationToken stop)
    {
        await answer.WriteAsync(Unsent.GetBuffer().AsMemory(0, (int)Unsent.Length), stop);
        await answer.FlushAsync(stop);
        Unsent.SetLength(0);
    }
}
