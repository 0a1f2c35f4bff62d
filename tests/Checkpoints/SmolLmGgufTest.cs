using System.Text.Json;
using ML.Extensions.Checkpoints.Gguf;
using ML.Extensions.Devices;
using ML.Extensions.Encoders;
using ML.Extensions.Transformers;
using TorchSharp;

namespace ML.Extensions.Tests.Checkpoints;

/// <summary>A real decoder in a GGUF file, against what its golden file says.</summary>
[TestClass, TestCategory("Shared")]
public sealed class SmolLmGgufTest
{
    private static string Folder => Shared.Root is null ? "" : Path.Combine(Shared.Root, "data", "models", "smollm2-135m-instruct");

    private static string File => Path.Combine(Folder, "SmolLM2-135M-Instruct.Q4_1.gguf");

    [TestMethod]
    public void Read_GivesTheGoldenSums()
    {
        if (!Directory.Exists(Folder))
            return;
        using var golden = Golden();
        using var file = new GgufFile(File);
        var tensors = golden.RootElement.GetProperty("tensors").EnumerateObject().ToArray();
        Assert.HasCount(272, tensors);
        Assert.HasCount(272, file.Tensors);
        foreach (var tensor in tensors)
        {
            Assert.AreEqual(tensor.Value.GetProperty("type").GetString(), file.Tensors[tensor.Name].Type.Name);
            using var scope = torch.NewDisposeScope();
            var read = file.Read(tensor.Name);
            CollectionAssert.AreEqual(Numbers(tensor.Value, "shape").Select(n => (long)n).ToArray(), read.shape, tensor.Name);
            CollectionAssert.AreEqual(Numbers(tensor.Value, "first4"), read.view(-1)[..4].data<float>().Select(f => (double)f).ToArray(), tensor.Name);
            var wide = read.to(torch.ScalarType.Float64);
            Assert.AreEqual(tensor.Value.GetProperty("sum").GetDouble(), wide.sum().item<double>(), 1e-6, tensor.Name);
            Assert.AreEqual(tensor.Value.GetProperty("abssum").GetDouble(), wide.abs().sum().item<double>(), 1e-5, tensor.Name);
        }
    }

    [TestMethod]
    public void Open_GivesConfigAndTokenizer()
    {
        if (!Directory.Exists(Folder))
            return;
        using var golden = Golden();
        var model = GgufModel.Open(File);
        using var weights = model.Weights;
        Assert.AreEqual(
            """{"model_type":"llama","hidden_size":576,"num_hidden_layers":30,"num_attention_heads":9,"num_key_value_heads":3,"intermediate_size":1536,"max_position_embeddings":8192,"vocab_size":49152,"hidden_act":"silu","tie_word_embeddings":true,"attention_bias":false,"mlp_bias":false,"rope_theta":100000,"rms_norm_eps":1E-05}""",
            model.Config.GetRawText());
        Assert.AreEqual("lasttoken", model.Pooling);
        var tokenizer = model.OpenTokenizer();
        foreach (var line in golden.RootElement.GetProperty("tokenizer").EnumerateArray())
            CollectionAssert.AreEqual(Ids(line, "ids"), tokenizer.Encode(line.GetProperty("text").GetString()!).Ids.ToArray(), line.GetProperty("text").GetString());
    }

    [TestMethod]
    public void Decoder_GivesTheGoldenTexts()
    {
        if (!Directory.Exists(Folder))
            return;
        using var golden = Golden();
        var model = GgufModel.Open(File);
        using var weights = model.Weights;
        using var decoder = CausalDecoder.Create(model.Config, weights, Precision.Float32, ComputeDevice.Cpu, "SmolLM2");
        var chats = golden.RootElement.GetProperty("chat").EnumerateArray().ToArray();
        var prompts = chats.Select(c => Ids(c, "prompt_ids")).ToArray();
        var expected = chats.Select(c => Ids(c, "greedy_ids")).ToArray();
        var found = decoder.Greedy(prompts, expected.Max(e => e.Length), new HashSet<int> { 2 });
        for (var i = 0; i < chats.Length; i++)
            CollectionAssert.AreEqual(expected[i], found[i][..Math.Min(expected[i].Length, found[i].Length)], $"chat {i}");
        using var scope = torch.NewDisposeScope();
        var ids = Ids(golden.RootElement.GetProperty("perplexity"), "ids");
        var states = decoder.States(new PackedTokens(ids, [ids.Length]));
        var logits = decoder.Logits(states)[..(ids.Length - 1)];
        var loss = torch.nn.functional.cross_entropy(logits, torch.tensor(ids[1..].Select(i => (long)i).ToArray()));
        Assert.AreEqual(golden.RootElement.GetProperty("perplexity").GetProperty("loss").GetDouble(), loss.item<float>(), 1e-4);
    }

    private static JsonDocument Golden() => JsonDocument.Parse(System.IO.File.ReadAllText(Path.Combine(Folder, "golden.json")));

    private static double[] Numbers(JsonElement json, string key) => [.. json.GetProperty(key).EnumerateArray().Select(n => n.GetDouble())];

    private static int[] Ids(JsonElement json, string key) => [.. json.GetProperty(key).EnumerateArray().Select(n => n.GetInt32())];
}
