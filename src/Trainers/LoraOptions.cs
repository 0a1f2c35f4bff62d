using ML.Extensions.Transformers;

namespace ML.Extensions;

/// <summary>Low-rank matrices that are trained beside frozen weights. Source: LoRA, arXiv 2106.09685.</summary>
public sealed record LoraOptions
{
    /// <summary>Rank r of the matrices.</summary>
    /// <value>Default: 8.</value>
    public int Rank
    {
        get;
        init => field = value is >= 1 and <= 1_024 ? value : throw new ArgumentOutOfRangeException(nameof(Rank), value, "Rank must be from 1 to 1,024.");
    } = 8;

    /// <summary>What is added to a product is Alpha / r · B A x.</summary>
    /// <value>Default: 16.</value>
    public double Alpha
    {
        get;
        init => field = value > 0 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(nameof(Alpha), value, "Alpha must be above 0.");
    } = 16;

    /// <summary>Last parts of the names of products that get matrices, as q_proj or down_proj.</summary>
    /// <value>Default: null, all products of the layers.</value>
    public IReadOnlyList<string>? Projections { get; init; }

    /// <summary>Folder of an adapter that training goes on from; rank and alpha must be its own.</summary>
    /// <value>Default: null, from the base model.</value>
    public string? Start { get; init; }

    /// <summary>The network's own record; its first matrices depend on the seed.</summary>
    internal LoraSettings Settings(int seed) => new() { Rank = Rank, Alpha = Alpha, Projections = Projections, Seed = seed };
}
