using System.Text.Json;
using ML.Extensions.Checkpoints;
using TorchSharp;

namespace ML.Extensions.Tests.Generation;

/// <summary>A Hugging Face folder with a decoder of random weights, whose words are w0 to w29; w1 begins a text, w2 ends it.</summary>
internal sealed class TinyModel : IDisposable
{
    public const string Template = "{% for m in messages %}{{ bos_token }} {{ m.role }} {{ m.content }}\n{% endfor %}{% if add_generation_prompt %}w5{% endif %}";
    private const int Vocabulary = 30, Width = 16, Layers = 2;

    private readonly TempFolder _folder = new();

    public TinyModel(bool chat = true, int window = 64)
    {
        var random = new Random(5);
        var tensors = new Dictionary<string, torch.Tensor>();
        void Add(string name, params long[] shape) => tensors[name] = torch.tensor(
            [.. Enumerable.Range(0, (int)shape.Aggregate((a, b) => a * b)).Select(_ => ((float)random.NextDouble() - 0.5f) + (shape.Length == 1 ? 1 : 0))], shape);
        Add("model.embed_tokens.weight", Vocabulary, Width);
        for (var n = 0; n < Layers; n++)
        {
            foreach (var (name, shape) in new (string, long[])[]
            {
                ("input_layernorm", [Width]), ("post_attention_layernorm", [Width]), ("self_attn.q_proj", [Width, Width]), ("self_attn.k_proj", [8, Width]),
                ("self_attn.v_proj", [8, Width]), ("self_attn.o_proj", [Width, Width]), ("mlp.gate_proj", [24, Width]), ("mlp.up_proj", [24, Width]), ("mlp.down_proj", [Width, 24]),
            })
                Add($"model.layers.{n}.{name}.weight", shape);
        }

        Add("model.norm.weight", Width);
        Add("lm_head.weight", Vocabulary, Width);
        SafetensorsWriter.Write(_folder["model.safetensors"], tensors);
        foreach (var tensor in tensors.Values)
            tensor.Dispose();
        _folder.Write("config.json", $$"""
            {"model_type":"llama","hidden_size":{{Width}},"num_hidden_layers":{{Layers}},"num_attention_heads":4,"num_key_value_heads":2,"intermediate_size":24,
             "vocab_size":{{Vocabulary}},"hidden_act":"silu","max_position_embeddings":{{window}},"rms_norm_eps":1e-5,"rope_theta":10000,"eos_token_id":9}
            """);
        var words = string.Join(',', Enumerable.Range(0, Vocabulary).Select(i => $"\"{(i == 3 ? "user" : i == 4 ? "system" : $"w{i}")}\":{i}"));
        _folder.Write("tokenizer.json", """
            {"version":"1.0","added_tokens":[],"normalizer":null,"pre_tokenizer":{"type":"Whitespace"},"decoder":null,
             "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"w1","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],
             "pair":[{"Sequence":{"id":"A","type_id":0}},{"Sequence":{"id":"B","type_id":1}}],"special_tokens":{"w1":{"id":"w1","ids":[1],"tokens":["w1"]}}},
             "model":{"type":"WordLevel","unk_token":"w0","vocab":{WORDS}}}
            """.Replace("WORDS", words, StringComparison.Ordinal));
        _folder.Write("generation_config.json", """{"eos_token_id":[2,28]}""");
        Write(chat ? Template : null);
    }

    public string Folder => _folder.Root;

    /// <summary>Writes tokenizer_config.json with another template.</summary>
    public void Write(string? template) => _folder.Write("tokenizer_config.json", JsonSerializer.Serialize(
        new Dictionary<string, object?> { ["bos_token"] = new Dictionary<string, string> { ["content"] = "w1" }, ["chat_template"] = template }));

    /// <summary>Writes another file.</summary>
    public void Write(string name, string text) => _folder.Write(name, text);

    public void Dispose() => _folder.Dispose();
}
