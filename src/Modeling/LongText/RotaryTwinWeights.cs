using ML.Extensions.Checkpoints;
using static TorchSharp.torch;

namespace ML.Extensions.LongText;

/// <summary>A rotary twin's weights: its own file, and the word embeddings of its teacher, of which one row is the twin's own.</summary>
/// <param name="own">The twin's file; disposed with this.</param>
/// <param name="teacher">The teacher's weights; disposed with this.</param>
/// <param name="first">Id whose row is the twin's own: [CLS].</param>
internal sealed class RotaryTwinWeights(Weights own, Weights teacher, int first) : Weights
{
    /// <summary>Name of the row in the twin's file, [1, D].</summary>
    public const string FirstRow = "embeddings.first_token.weight";

    private const string Words = "embeddings.word_embeddings.weight";

    /// <inheritdoc/>
    public override string Origin => own.Origin;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, TensorEntry> Entries { get; } = own.Entries.Where(e => e.Key != FirstRow)
        .Append(new(Words, teacher.Entries.GetValueOrDefault(Words) ?? throw CheckpointErrors.Missing(teacher.Origin, Words)))
        .ToDictionary(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override Tensor Read(string name)
    {
        if (name != Words)
            return own.Read(name);
        using var row = own.Read(FirstRow);
        var words = teacher.Read(Words);
        using var target = words[first];
        using var source = row[0];
        target.copy_(source);
        return words;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        own.Dispose();
        teacher.Dispose();
        base.Dispose(disposing);
    }
}
