using ML.Extensions.Checkpoints;
using ML.Extensions.Kernels;
using TorchSharp;

namespace ML.Extensions.Encoders;

/// <summary>
/// A checkpoint with the LoRA adapter of one task added to its weights: W + s·B·A for products, W + s·A·B for tables. The file
/// holds, for a weight X, X.parametrizations.weight.original and .0.lora_A, .0.lora_B, stacked by task.
/// Source: LoRA, arXiv 2106.09685; Jina v3, arXiv 2409.10173.
/// </summary>
internal sealed class AdaptedWeights : Weights
{
    private const string Original = ".parametrizations.weight.original", A = ".parametrizations.weight.0.lora_A", B = ".parametrizations.weight.0.lora_B";

    private readonly Weights _inner;
    private readonly Dictionary<string, TensorEntry> _entries = new(StringComparer.Ordinal);
    private readonly int _task, _tasks;
    private readonly double _scale;

    /// <summary>Adds the adapter of a task; <paramref name="inner"/> stays the caller's.</summary>
    /// <param name="inner">The file.</param>
    /// <param name="task">Number of the task.</param>
    /// <param name="tasks">How many the file has.</param>
    /// <param name="scale">s, alpha / rank.</param>
    public AdaptedWeights(Weights inner, int task, int tasks, double scale)
    {
        (_inner, _task, _tasks, _scale) = (inner, task, tasks, scale);
        foreach (var (name, entry) in inner.Entries)
            if (name.EndsWith(Original, StringComparison.Ordinal))
                _entries[name[..^Original.Length] + ".weight"] = entry;
            else if (!name.EndsWith(A, StringComparison.Ordinal) && !name.EndsWith(B, StringComparison.Ordinal))
                _entries[name] = entry;
    }

    /// <inheritdoc/>
    public override string Origin => _inner.Origin;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, TensorEntry> Entries => _entries;

    /// <inheritdoc/>
    public override torch.Tensor Read(string name)
    {
        var at = name.EndsWith(".weight", StringComparison.Ordinal) ? name[..^".weight".Length] : name;
        if (!_inner.Entries.ContainsKey(at + Original))
            return _inner.Read(name);
        using var scope = torch.NewDisposeScope();
        var weight = _inner.Read(at + Original).to(torch.ScalarType.Float32);
        var (rows, columns) = (weight.shape[0], weight.shape[^1]);
        var change = at.EndsWith("_embeddings", StringComparison.Ordinal)
            ? Task(at + A, rows, -1).matmul(Task(at + B, -1, columns)) : Task(at + B, rows, -1).matmul(Task(at + A, -1, columns));
        return weight.AddHeld(change.MultiplyHeld(_scale)).MoveToOuterDisposeScope();
    }

    /// <summary>The task's part of a stack [tasks, rows, columns]; -1 is the rank.</summary>
    private torch.Tensor Task(string name, long rows, long columns)
    {
        if (!_inner.Entries.TryGetValue(name, out var entry))
            throw CheckpointErrors.Unusable(Origin, $"there is no tensor '{name}', which the task's adapter needs.");
        if (entry.Shape is not [var tasks, var r, var c] || tasks != _tasks || (rows >= 0 && r != rows) || (columns >= 0 && c != columns))
            throw CheckpointErrors.Shape(Origin, name, entry.Shape, [_tasks, rows, columns]);
        return _inner.Read(name).to(torch.ScalarType.Float32).select(0, _task);
    }
}
