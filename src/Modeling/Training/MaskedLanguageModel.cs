using ML.Extensions.Encoders;
using ML.Extensions.Kernels;
using static TorchSharp.torch;

namespace ML.Extensions.Training;

/// <summary>
/// Hidden tokens are guessed: of the chosen ones eight in ten become the mask, one a random word, one stays. The loss is the mean
/// cross-entropy over the chosen. Source: BERT, arXiv 1810.04805.
/// </summary>
/// <param name="MaskId">Id of the mask token.</param>
/// <param name="Rate">Part of the tokens that is chosen; special tokens at the ends are not.</param>
internal sealed record MaskedLanguageModel(int MaskId, double Rate = 0.15) : EmbeddingObjective
{
    /// <inheritdoc/>
    public override bool Additive => true;

    /// <inheritdoc/>
    public override bool UsesTokens => true;

    /// <inheritdoc/>
    public override Tensor Loss(Tensor vectors, TrainingBatch batch, Tensor? targets) => zeros(1, device: vectors.device).sum();

    /// <inheritdoc/>
    public override MaskedTokens? Mask(PackedTokens tokens, TrainableEncoder encoder, int seed)
    {
        var random = new Random(seed);
        var ids = tokens.Ids.ToArray();
        var places = new List<long>();
        var (before, after) = (encoder.Tokenizer.Prefix.Count, encoder.Tokenizer.Suffix.Count);
        var at = 0;
        foreach (var length in tokens.Lengths)
        {
            for (var i = at + before; i < at + length - after; i++)
            {
                if (random.NextDouble() >= Rate)
                    continue;
                places.Add(i);
                var kind = random.Next(10);
                ids[i] = kind < 8 ? MaskId : kind == 8 ? random.Next(encoder.Spec.VocabularySize) : ids[i];
            }

            at += length;
        }

        return new(tokens with { Ids = ids }, [.. places], [.. places.Select(p => (long)tokens.Ids[(int)p])]);
    }

    /// <inheritdoc/>
    public override Tensor? TokenLoss(TokenStates tokens)
    {
        var masked = tokens.Masked!;
        if (masked.Places.Length == 0)
            return null;
        var states = tokens.States.index_select(0, tensor(masked.Places, device: tokens.States.device)); // [M, D]
        var loss = nn.functional.cross_entropy(tokens.Encoder.MaskedHead().Logits(states), tensor(masked.Ids, device: states.device));
        return loss.Times(tokens.States.shape[0]); // a mean over the chosen; the run divides by all tokens
    }
}
