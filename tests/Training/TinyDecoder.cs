using System.Text.Json;
using System.Text.RegularExpressions;
using ML.Extensions.Checkpoints;
using ML.Extensions.LongText;
using ML.Extensions.Tests.Checkpoints;
using ML.Extensions.Tests.GraphKv;
using ML.Extensions.Training;
using TorchSharp;

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

    /// <summary>Writes the same weights (rows of queries and keys in another order) as a GGUF file, whose words are letters; "end" ends a text.</summary>
    public string WriteGguf(string path)
    {
        string[] tokens = ["<unk>", "<s>", "</s>", "\u2581", .. Enumerable.Range(0, 26).Select(i => $"{(char)('a' + i)}"), .. Enumerable.Range(0, Vocabulary - 30).Select(i => $"\u2581{(char)('a' + i)}")];
        var file = new GgufWriter().Text("general.architecture", "llama").Number("llama.context_length", 64).Number("llama.embedding_length", Width).Number("llama.block_count", 2)
            .Number("llama.feed_forward_length", RandomDecoder.Forward).Number("llama.attention.head_count", RandomDecoder.Heads).Number("llama.attention.head_count_kv", RandomDecoder.KeyHeads)
            .Float("llama.attention.layer_norm_rms_epsilon", 1e-5f).Float("llama.rope.freq_base", (float)RandomDecoder.Base)
            .Text("tokenizer.ggml.model", "llama").Texts("tokenizer.ggml.tokens", tokens).Floats("tokenizer.ggml.scores", [.. tokens.Select(t => t.Length > 1 ? -1f : -9)])
            .Numbers("tokenizer.ggml.token_type", [.. tokens.Select((_, i) => i == 0 ? 2 : i < 3 ? 3 : 1)]).Number("tokenizer.ggml.bos_token_id", 1).Number("tokenizer.ggml.eos_token_id", 2)
            .Flag("tokenizer.ggml.add_bos_token", false).Flag("tokenizer.ggml.add_eos_token", true);
        (string From, string To)[] names =
        [
            ("^model.embed_tokens", "token_embd"), ("^model.norm", "output_norm"), ("^lm_head", "output"), (@"^model.layers.(\d)", "blk.$1"), ("input_layernorm", "attn_norm"), ("post_attention_layernorm", "ffn_norm"),
            (@"self_attn.(\w)_proj", "attn_$1"), ("attn_o", "attn_output"), (@"mlp.(\w+)_proj", "ffn_$1"),
        ];
        using var scope = torch.NewDisposeScope();
        using var weights = WeightFiles.Open(Folder);
        foreach (var name in weights.Entries.Keys.Where(k => !k.Contains("feedforward_layernorm", StringComparison.Ordinal)))
            file.Tensor(names.Aggregate(name, (n, p) => Regex.Replace(n, p.From, p.To)), weights.Entries[name].Shape, weights.Read(name).data<float>().ToArray());
        File.WriteAllBytes(path, file.Bytes());
        return path;
    }

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
