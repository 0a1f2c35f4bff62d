using ML.Extensions.Checkpoints;
using ML.Extensions.Transformers;
using static TorchSharp.torch;

namespace ML.Extensions.Training;

/// <summary>Low-rank matrices that are trained beside a network's frozen products: how they begin, what is checked, how they are saved.</summary>
internal sealed class TrainedAdapter : IDisposable
{
    private readonly LoraSettings _settings;
    private LoraAdapter? _start;

    /// <summary>New matrices, or those of a folder to go on from.</summary>
    /// <param name="settings">Rank, factor, which products.</param>
    /// <param name="folder">Folder of an adapter; null begins anew.</param>
    /// <param name="trains">Told each matrix.</param>
    /// <exception cref="ArgumentException">The folder's adapter has another rank or factor.</exception>
    /// <exception cref="InvalidDataException">A file of the folder is missing or wrong.</exception>
    public TrainedAdapter(LoraSettings settings, string? folder, Action<WeightOrigin, Tensor, Tensor> trains)
    {
        (_settings, _start) = (settings, folder is null ? null : LoraAdapter.Open(folder));
        if (_start is { } start && (start.Rank != settings.Rank || Math.Abs(start.Scale - (settings.Alpha / settings.Rank)) > 1e-9))
        {
            start.Dispose();
            throw new ArgumentException($"The adapter {folder} has rank {start.Rank} and factor {start.Scale}; training asks for {settings.Rank} and {settings.Alpha / settings.Rank}.", nameof(settings));
        }

        Builder = new(settings, _start) { Trains = trains };
    }

    /// <summary>Puts the matrices into a network as it is made.</summary>
    public LoraBuilder Builder { get; }

    /// <summary>Called when the network is made: refuses what did not fit it, and lets the folder go.</summary>
    /// <exception cref="ArgumentException">No product has one of the names that were asked for.</exception>
    /// <exception cref="InvalidDataException">The folder's adapter is another model's.</exception>
    public void Check(TransformerSpec spec)
    {
        _start?.CheckUsed(spec.Family);
        string[] known = [.. Products(spec).Distinct()];
        if (_settings.Projections is { } asked && (asked.Count == 0 || asked.Any(p => !known.Contains(p))))
            throw new ArgumentException($"No product of the {spec.Family} model is named {string.Join(" or ", asked.Where(p => !known.Contains(p)))}. It has: {string.Join(", ", known)}.", nameof(spec));
        Dispose();
    }

    /// <summary>Writes the matrices in PEFT's layout.</summary>
    /// <param name="folder">Path; made if it is missing.</param>
    /// <param name="prefix">What the base's names begin with.</param>
    /// <param name="matrices">A and B by their names without the file's prefix.</param>
    /// <param name="model">Name of the base.</param>
    /// <param name="task">PEFT's name of what the base is for.</param>
    public void Save(string folder, string prefix, IReadOnlyDictionary<string, Tensor> matrices, string model, string task)
    {
        const string end = ".lora_A.weight";
        LoraAdapter.Write(
            folder, prefix, _settings, matrices.Keys.Where(k => k.EndsWith(end, StringComparison.Ordinal)).Select(k => k[..^end.Length])
                .ToDictionary(n => n, n => (matrices[n + end], matrices[n + ".lora_B.weight"]), StringComparer.Ordinal), model, Builder.Transposed, task);
    }

    /// <summary>What stands before the network's names in a file.</summary>
    public static string Prefix(Weights file, string anchor) =>
        file.Entries.Keys.Where(k => k.EndsWith(anchor, StringComparison.Ordinal)).MinBy(k => k.Length) is { } stored ? stored[..^anchor.Length] : "";

    /// <inheritdoc/>
    public void Dispose()
    {
        _start?.Dispose();
        _start = null;
    }

    private static IEnumerable<string> Products(TransformerSpec spec) => spec.Blocks
        .SelectMany(b => new[] { b.Attention.Inputs, b.Attention.Output, b.FeedForward.Up, b.FeedForward.Down }).SelectMany(p => p.Parts)
        .Select(p => p.Name[(p.Name.LastIndexOf('.') + 1)..]);
}
