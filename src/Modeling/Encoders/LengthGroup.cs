using static TorchSharp.torch;

namespace ML.Extensions.Encoders;

/// <summary>Consecutive sequences of one length in a packed batch: attention needs no padding and no mask.</summary>
/// <param name="Start">First token of the group.</param>
/// <param name="FirstSequence">First sequence of the group.</param>
/// <param name="Count">n, its sequences.</param>
/// <param name="Length">L, tokens of each.</param>
/// <param name="Scales">Factors on the logits, [n, 1, 1, 1]; null is 1.</param>
internal sealed record LengthGroup(long Start, int FirstSequence, int Count, int Length, Tensor? Scales)
{
    /// <summary>Groups of a batch. Equal lengths that do not stand together make groups of their own.</summary>
    public static List<LengthGroup> Of(PackedTokens batch, Device device, ScalarType type)
    {
        var groups = new List<LengthGroup>();
        long start = 0;
        for (var i = 0; i < batch.Lengths.Length;)
        {
            var length = batch.Lengths[i];
            var end = i;
            while (end < batch.Lengths.Length && batch.Lengths[end] == length)
                end++;
            var factors = batch.LogitScales?[i..end];
            var scales = factors is null || factors.All(s => s == 1)
                ? null : tensor(factors).to(type, device).view(-1, 1, 1, 1);
            groups.Add(new(start, i, end - i, length, scales));
            start += (long)(end - i) * length;
            i = end;
        }

        return groups;
    }

    /// <summary>Part <paramref name="part"/> of packed projections [T, k·D] as heads [n, H, L, d].</summary>
    public Tensor Heads(Tensor packed, int part, EncoderConfig config) => packed
        .narrow(0, Start, (long)Count * Length)
        .narrow(1, (long)part * config.Width, config.Width)
        .view(Count, Length, config.Heads, -1)
        .transpose(1, 2);

    /// <summary>Projections of the first tokens [N, D] as heads [n, H, 1, d].</summary>
    public Tensor FirstHeads(Tensor first, EncoderConfig config) => first
        .narrow(0, FirstSequence, Count)
        .view(Count, 1, config.Heads, -1)
        .transpose(1, 2);
}
