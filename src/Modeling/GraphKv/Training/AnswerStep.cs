using ML.Extensions.Encoders;
using ML.Extensions.Kernels;
using ML.Extensions.Training;
using static TorchSharp.torch;

namespace ML.Extensions.GraphKv;

/// <summary>Packed examples through a decoder: the mean cross entropy of their answers' tokens, and its gradient.</summary>
/// <param name="decoder">The decoder.</param>
/// <param name="tokensPerPass">Tokens that go through at once; one example may have more.</param>
internal sealed class AnswerStep(TrainableDecoder decoder, int tokensPerPass)
{
    /// <summary>Runs forward and backward; parts add up to the same gradient.</summary>
    /// <returns>The loss: mean over all answer tokens, nats.</returns>
    public StepLosses Run(IReadOnlyList<PackedAnswer> samples)
    {
        var (targets, sum) = (samples.Sum(s => (long)s.Targets.Length), 0.0);
        foreach (var part in Parts(samples))
        {
            using var scope = NewDisposeScope();
            var expected = Targets(samples, part);
            var loss = nn.functional.cross_entropy(Logits(samples, part), expected, reduction: nn.Reduction.Sum).Times(1.0 / targets);
            loss.backward();
            foreach (var parameter in decoder.Parameters)
                parameter.Collect();
            sum += loss.item<float>();
        }

        return new(sum, [sum], samples.Sum(s => (long)s.Length));
    }

    /// <summary>How well each question's answer is known, under its own earlier tokens: questions by example.</summary>
    public AnswerScore[][] Measure(IReadOnlyList<PackedAnswer> samples)
    {
        var scores = new AnswerScore[samples.Count][];
        using var _ = no_grad();
        foreach (var part in Parts(samples))
        {
            using var scope = NewDisposeScope();
            var (logits, expected) = (Logits(samples, part), Targets(samples, part));
            var losses = nn.functional.cross_entropy(logits, expected, reduction: nn.Reduction.None).data<float>().ToArray();
            var right = logits.argmax(1).eq(expected).data<bool>().ToArray();
            var at = 0;
            foreach (var n in part)
            {
                scores[n] = new AnswerScore[samples[n].TargetCounts.Length];
                for (var q = 0; q < scores[n].Length; q++)
                {
                    var end = at + samples[n].TargetCounts[q];
                    scores[n][q] = new(losses[at..end].Average(l => (double)l), Array.TrueForAll(right[at..end], r => r));
                    at = end;
                }
            }
        }

        return scores;
    }

    /// <summary>Numbers of the examples that go through together, longest first.</summary>
    private List<int[]> Parts(IReadOnlyList<PackedAnswer> samples)
    {
        var order = Enumerable.Range(0, samples.Count).OrderByDescending(i => samples[i].Length).ThenByDescending(i => samples[i].Keys).ToArray(); // stable
        var parts = new List<int[]>();
        for (var at = 0; at < order.Length;)
        {
            var (end, tokens) = (at + 1, samples[order[at]].Length);
            while (end < order.Length && tokens + samples[order[end]].Length <= tokensPerPass)
                tokens += samples[order[end++]].Length;
            parts.Add(order[at..end]);
            at = end;
        }

        return parts;
    }

    /// <summary>Logits behind the answers' tokens; all that is made here belongs to the current scope, as the backward pass needs it.</summary>
    private Tensor Logits(IReadOnlyList<PackedAnswer> samples, int[] part)
    {
        PackedAnswer[] own = Array.ConvertAll(part, n => samples[n]);
        var batch = new PackedTokens([.. own.SelectMany(s => s.Ids)], [.. own.Select(s => s.Length)]) { Positions = [.. own.SelectMany(s => s.Positions)] };
        var (rows, start) = (new List<long>(), 0L);
        foreach (var sample in own)
        {
            rows.AddRange(sample.Rows.Select(r => start + r));
            start += sample.Length;
        }

        return decoder.Logits(batch, new PackedAttention(decoder.Spec, own, decoder.Type), tensor(rows.ToArray()));
    }

    private static Tensor Targets(IReadOnlyList<PackedAnswer> samples, int[] part) =>
        tensor((long[])[.. part.SelectMany(n => samples[n].Targets).Select(t => (long)t)]);
}
