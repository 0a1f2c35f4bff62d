namespace ML.Extensions.Benchmarks;

/// <summary>What one golden case showed.</summary>
/// <param name="Area">Models, layouts, tokenizers or folders.</param>
/// <param name="Name">Folder, or config, inside the area's.</param>
/// <param name="Error">Largest absolute difference to the reference; null where equality is all there is.</param>
/// <param name="Why">Why it failed; null where it passed.</param>
/// <param name="Checked">How many runs, lines or tensors were compared.</param>
internal sealed record ConformanceCase(string Area, string Name, double? Error, string? Why, int Checked)
{
    /// <summary>Whether everything was within tolerance.</summary>
    public bool Passed => Why is null;

    /// <summary>Runs a case; whatever it throws is why it failed.</summary>
    /// <param name="area">Its area.</param>
    /// <param name="name">Its name.</param>
    /// <param name="run">Compares, by the checker that it is given.</param>
    public static ConformanceCase Of(string area, string name, Action<GoldenCheck> run)
    {
        var check = new GoldenCheck();
        try
        {
            run(check);
            return new(area, name, check.Largest, check.Count == 0 ? "nothing was compared" : null, check.Count);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return new(area, name, check.Largest, e is InvalidDataException or NotSupportedException or InvalidOperationException ? e.Message : $"{e.GetType().Name}: {e.Message}", check.Count);
        }
    }
}
