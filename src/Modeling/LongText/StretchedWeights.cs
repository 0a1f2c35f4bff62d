using ML.Extensions.Checkpoints;
using static TorchSharp.torch;

namespace ML.Extensions.LongText;

/// <summary>Weights of a base model whose table of positions has new rows between its own: row i of L stands at i·s, and s - 1 new ones follow it.</summary>
internal sealed class StretchedWeights : Weights
{
    /// <summary>Name of the new rows in their file, [L·(s - 1), D].</summary>
    public const string NewRows = "embeddings.position_embeddings.new_rows";

    /// <summary>The table's name.</summary>
    public const string Table = "embeddings.position_embeddings.weight";

    private readonly Weights _own, _model;

    /// <summary>Puts both together.</summary>
    /// <param name="own">The new rows' file; disposed with this.</param>
    /// <param name="model">The base's weights; disposed with this.</param>
    /// <exception cref="InvalidDataException">The rows do not fit the base's table.</exception>
    public StretchedWeights(Weights own, Weights model)
    {
        (_own, _model) = (own, model);
        var rows = own.Entries.GetValueOrDefault(NewRows) ?? throw new InvalidDataException($"{own.Origin}: no tensor '{NewRows}'; a table of positions cannot be stretched without it.");
        var table = model.Entries.GetValueOrDefault(Table) ?? throw new InvalidDataException($"{model.Origin}: no tensor '{Table}', so there is no table of positions to stretch.");
        if (rows.Shape.Length != 2 || table.Shape.Length != 2 || rows.Shape[1] != table.Shape[1] || rows.Shape[0] == 0 || rows.Shape[0] % table.Shape[0] != 0)
        {
            throw new InvalidDataException(
                $"{own.Origin}: tensor '{NewRows}' has shape [{string.Join(", ", rows.Shape)}]; beside a table of [{string.Join(", ", table.Shape)}] it needs a multiple of its rows, as wide.");
        }

        Stride = (int)(rows.Shape[0] / table.Shape[0]) + 1;
        Window = Stride * (int)table.Shape[0];
        Entries = model.Entries.ToDictionary(e => e.Key, e => e.Key == Table ? e.Value with { Shape = [Window, table.Shape[1]] } : e.Value, StringComparer.Ordinal);
    }

    /// <summary>s.</summary>
    public int Stride { get; }

    /// <summary>L·s.</summary>
    public int Window { get; }

    /// <inheritdoc/>
    public override string Origin => _model.Origin;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, TensorEntry> Entries { get; }

    /// <inheritdoc/>
    public override Tensor Read(string name)
    {
        if (name != Table)
            return _model.Read(name);
        using var scope = NewDisposeScope();
        var table = _model.Read(Table); // [L, D]
        var rows = _own.Read(NewRows).to(table.dtype).view(table.shape[0], Stride - 1, -1);
        return cat([table.unsqueeze(1), rows], 1).reshape(Window, -1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _own.Dispose();
        _model.Dispose();
        base.Dispose(disposing);
    }
}
