using Microsoft.ML;
using ML.Extensions.Retrieval;

namespace ML.Extensions.Search;

/// <summary>Segments that <c>RetrieveSegments</c> found for a question, the best last.</summary>
public sealed class FoundSources
{
    /// <summary>Texts.</summary>
    public string[] Segments { get; set; } = [];

    /// <summary>Sources and targets, in pairs.</summary>
    public int[] Edges { get; set; } = [];

    /// <summary>Names of the documents.</summary>
    public string[] Ids { get; set; } = [];

    /// <summary>Similarities to the question.</summary>
    public float[] Scores { get; set; } = [];

    /// <summary>Sources and targets.</summary>
    public IReadOnlyList<(int Source, int Target)> Pairs => [.. Edges.Chunk(2).Select(e => (e[0], e[1]))];

    /// <summary>Finds segments.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="options">Index, model, number and size.</param>
    /// <param name="question">The question.</param>
    /// <exception cref="InvalidDataException">The index is damaged or of another model.</exception>
    public static FoundSources Find(MLContext ml, SegmentRetrievalOptions options, string question)
    {
        ArgumentNullException.ThrowIfNull(ml);
        var rows = ml.Data.LoadFromEnumerable([new Asked { Question = question }]);
        using var retriever = ml.Transforms.Text.RetrieveSegments(
            nameof(Segments), nameof(Edges), nameof(Asked.Question), options with { IdsColumn = nameof(Ids), ScoresColumn = nameof(Scores) }).Fit(rows);
        return ml.Data.CreateEnumerable<FoundSources>(retriever.Transform(rows), reuseRowObject: false).Single();
    }

    private sealed class Asked
    {
        public string Question { get; set; } = "";
    }
}
