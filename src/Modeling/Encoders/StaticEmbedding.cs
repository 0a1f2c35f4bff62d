using System.Text.Json;
using ML.Extensions.Checkpoints;
using ML.Extensions.Devices;
using static TorchSharp.torch;

namespace ML.Extensions.Encoders;

/// <summary>
/// A table of token vectors and nothing more: sentence-transformers' StaticEmbedding, Model2Vec. A token's state is its
/// row, so a text of any length is in the window, and float32 on the CPU serves always.
/// </summary>
internal sealed class StaticEmbedding : TextEncoder
{
    /// <summary>model_type under which the family is known; such folders need no config.json.</summary>
    public const string Family = "static-embedding";

    private static readonly string[] Names = ["embedding.weight", "embeddings"];
    private readonly Tensor _rows; // [V, D]

    private StaticEmbedding(Tensor rows) => _rows = rows;

    /// <inheritdoc/>
    public override EncoderConfig Config => new(Family, 0, (int)_rows.shape[1], 0, 0, int.MaxValue, (int)_rows.shape[0]);

    /// <inheritdoc/>
    public override PositionKind Positions => PositionKind.None;

    /// <inheritdoc/>
    public override long ParameterCount => _rows.NumberOfElements;

    /// <inheritdoc/>
    public override Precision Precision => Precision.Float32;

    /// <summary>Reads the table: 'embedding.weight', or Model2Vec's 'embeddings'.</summary>
    /// <exception cref="InvalidDataException">It is missing, or no table.</exception>
    /// <exception cref="NotSupportedException">Rows are shared between ids.</exception>
    public static TextEncoder Create(JsonElement config, Weights weights, Precision precision, ComputeDevice device, string origin)
    {
        if (weights.Entries.ContainsKey("mapping"))
            throw new NotSupportedException($"{weights.Origin}: the table has fewer rows than ids ('mapping'), which is not known.");
        var name = Array.Find(Names, weights.Entries.ContainsKey)
            ?? throw new InvalidDataException($"{weights.Origin}: no tensor {string.Join(" or ", Names.Select(n => $"'{n}'"))}, which a static embedding needs.");
        if (weights.Entries[name].Shape is not [> 0, > 0])
            throw new InvalidDataException($"{weights.Origin}: tensor '{name}' has shape [{string.Join(", ", weights.Entries[name].Shape)}]; expected [vocabulary, dimensions].");
        using var scope = NewDisposeScope();
        return new StaticEmbedding(weights.Read(name).to(ScalarType.Float32).contiguous().DetachFromDisposeScope());
    }

    /// <inheritdoc/>
    public override Tensor Encode(PackedTokens batch, EncoderOutput output)
    {
        using var scope = NewDisposeScope();
        using var _ = inference_mode();
        if (output == EncoderOutput.AllTokens)
            return _rows.index_select(0, tensor(Array.ConvertAll(batch.Ids, i => (long)i))).MoveToOuterDisposeScope();
        var first = zeros(batch.Lengths.Length, _rows.shape[1]); // a text without tokens stays zero
        for (int i = 0, at = 0; i < batch.Lengths.Length; at += batch.Lengths[i++])
        {
            if (batch.Lengths[i] > 0)
                first[i].copy_(_rows[batch.Ids[at]]);
        }

        return first.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _rows.Dispose();
        base.Dispose(disposing);
    }
}
