using System.Text.Json;
using ML.Extensions.LongText;
using ML.Extensions.Tests.GraphKv;
using ML.Extensions.Training;

namespace ML.Extensions.Tests.Training;

/// <summary>A sentence-transformers folder with a tiny decoder of random weights: words w0 to w40, of which w0 ends each text.</summary>
internal sealed class TinyDecoder : IDisposable
{
    public const int Width = RandomDecoder.Width, Vocabulary = RandomDecoder.Vocabulary;

    private readonly TempFolder _folder = new();

    public TinyDecoder(string family = "llama", string pooling = "lasttoken", bool poolsPrompt = true, bool modules = true)
    {
        using var decoder = new RandomDecoder(layers: 2, change: c => Change(family, c));
        decoder.WriteFolder(_folder.Root);
        var tokenizer = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(_folder["tokenizer.json"]))!;
        tokenizer["post_processor"] = System.Text.Json.Nodes.JsonNode.Parse("""
            {"type":"TemplateProcessing","single":[{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"w0","type_id":0}}],
             "pair":[{"Sequence":{"id":"A","type_id":0}},{"Sequence":{"id":"B","type_id":1}}],"special_tokens":{"w0":{"id":"w0","ids":[0],"tokens":["w0"]}}}
            """);
        _folder.Write("tokenizer.json", tokenizer.ToJsonString());
        if (!modules)
            return;
        _folder.Write("modules.json", """
            [{"idx":0,"name":"0","path":"","type":"sentence_transformers.models.Transformer"},
             {"idx":1,"name":"1","path":"1_Pooling","type":"sentence_transformers.models.Pooling"}]
            """);
        _folder.Write("1_Pooling/config.json", JsonSerializer.Serialize(new { pooling_mode = pooling, include_prompt = poolsPrompt }));
        _folder.Write("sentence_bert_config.json", """{"max_seq_length":24}""");
        _folder.Write("config_sentence_transformers.json", """{"prompts":{"query":"w7 w8 w9 ","document":""},"default_prompt_name":null}""");
    }

    public EmbeddingModel Model => EmbeddingModel.FromFolder(_folder.Root);

    public string Folder => _folder.Root;

    /// <summary>Opens it with low-rank matrices to be trained.</summary>
    public TrainableEncoder Open(bool recompute = false, Precision precision = Precision.Float32, string? adapter = null, ModelChange? change = null) => TrainableEncoder.Open(
        Model, new() { Precision = precision, RecomputeLayers = recompute, Lora = new() { Rank = 3, Alpha = 6 }, Adapter = adapter, Change = change ?? ModelChange.None });

    /// <summary>Random texts of the given lengths, their end included.</summary>
    public static int[][] Texts(int seed, params int[] lengths)
    {
        var random = new Random(seed);
        return [.. lengths.Select(l => (int[])[.. Enumerable.Range(0, l - 1).Select(_ => random.Next(1, Vocabulary)), 0])];
    }

    public void Dispose() => _folder.Dispose();

    private static void Change(string family, Dictionary<string, object?> config)
    {
        config["model_type"] = family;
        if (family is "mistral")
            config["sliding_window"] = 4;
        if (family is "gemma2")
            (config["attn_logit_softcapping"], config["final_logit_softcapping"], config["query_pre_attn_scalar"], config["head_dim"], config["sliding_window"], config["hidden_activation"])
                = (3.0, 30.0, 8, 8, 4, "silu");
    }
}
