using ML.Extensions.Generation;

namespace ML.Extensions.GraphKv;

/// <summary>How a <see cref="GraphKvAnswerer"/> answers.</summary>
/// <param name="Plan">The plan.</param>
internal sealed record AnswererSettings(GraphKvPlan Plan)
{
    /// <summary>Folder of low-rank matrices beside the model; null is none.</summary>
    public string? Adapter { get; init; }

    /// <summary>Texts around segments and question; null chooses by the model's vocabulary.</summary>
    public GraphKvPrompt? Prompt { get; init; }

    /// <summary>Folder of the segment cache; null is memory alone.</summary>
    public string? Cache { get; init; }

    /// <summary>Budget of the cache in memory.</summary>
    public long CacheMemoryBytes { get; init; } = 1L << 30;

    /// <summary>Most tokens of a segment; what is beyond is cut. Null is no limit.</summary>
    public int? MaxSegmentTokens { get; init; }

    /// <summary>How tokens are chosen.</summary>
    public SamplingOptions Sampling { get; init; } = new();

    /// <summary>Most tokens of an answer.</summary>
    public int MaxNewTokens { get; init; } = 128;

    /// <summary>Texts that end an answer.</summary>
    public IReadOnlyList<string> StopTexts { get; init; } = [];

    /// <summary>Number format of the products.</summary>
    public Precision Precision { get; init; }
}
