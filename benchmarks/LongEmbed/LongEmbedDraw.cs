using System.Globalization;

namespace ML.Extensions.Benchmarks;

/// <summary>One draw of a synthetic set.</summary>
/// <param name="Seed">Decides names, facts, filler and places.</param>
/// <param name="Part">Needles stand in this first part of their documents; 1 is anywhere.</param>
internal sealed record LongEmbedDraw(int Seed, double Part = 1)
{
    /// <summary>Reads "3", or "3@0.02" for needles in the first 2 %.</summary>
    public static LongEmbedDraw Parse(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var part = 1.0;
        return int.TryParse(at < 0 ? text : text[..at], NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
            && (at < 0 || (double.TryParse(text[(at + 1)..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out part) && part is > 0 and <= 1))
            ? new(seed, part)
            : throw new ArgumentException($"'{text}' is no draw. A draw is a seed, such as 3, or a seed and the first part of the documents that holds the needles, such as 3@0.02.");
    }

    /// <summary>As it is typed.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Seed}{(Part < 1 ? "@" : "")}{(Part < 1 ? Part : "")}");
}
