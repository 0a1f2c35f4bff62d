namespace ML.Extensions.Transformers;

/// <summary>Which low-rank matrices are trained. Source: LoRA, arXiv 2106.09685.</summary>
internal sealed record LoraSettings
{
    /// <summary>r, rows of A.</summary>
    public int Rank { get; init; } = 8;

    /// <summary>What is added is alpha / r · B A x.</summary>
    public double Alpha { get; init; } = 16;

    /// <summary>Last parts of the names of products that get them, as q_proj or down_proj; null is all products of the layers.</summary>
    public IReadOnlyList<string>? Projections { get; init; }

    /// <summary>Decides A; B begins with zeros, so that nothing changes before the first step.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Whether a product of a name gets matrices.</summary>
    public bool Takes(string name) => Projections?.Contains(name[(name.LastIndexOf('.') + 1)..], StringComparer.Ordinal) ?? true;
}
