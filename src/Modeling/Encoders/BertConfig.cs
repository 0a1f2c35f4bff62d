using System.Text.Json;

namespace ML.Extensions.Encoders;

/// <summary>Sizes of a BERT encoder, from config.json.</summary>
internal sealed record BertConfig(
    int Layers, int Width, int Heads, int FeedForwardWidth, int Window, int VocabularySize, int TokenTypes, double Epsilon, string Activation)
    : EncoderConfig("bert", Layers, Width, Heads, FeedForwardWidth, Window, VocabularySize)
{
    /// <summary>Activations by name in config.json; the second value is torch's name of the approximation.</summary>
    private static readonly string[] Activations = ["gelu", "gelu_new", "gelu_pytorch_tanh", "gelu_fast", "relu", "silu", "swish"];

    /// <summary>Reads and checks.</summary>
    /// <exception cref="InvalidDataException">A key is missing or out of range; the message names it.</exception>
    public static BertConfig Read(JsonElement config, string origin)
    {
        int Size(string key, int most) => config.TryGetProperty(key, out var v) && v.ValueKind == JsonValueKind.Number && v.TryGetInt32(out var n)
            ? n >= 1 && n <= most ? n : throw new InvalidDataException($"{origin}: config.json's {key} is {n}; expected 1 to {most}.")
            : throw new InvalidDataException($"{origin}: config.json has no whole number '{key}'.");
        string Text(string key, string usual) => config.TryGetProperty(key, out var v) && v.ValueKind == JsonValueKind.String ? v.GetString()! : usual;
        var activation = Text("hidden_act", "gelu");
        if (!Activations.Contains(activation))
            throw new NotSupportedException($"{origin}: config.json's hidden_act is '{activation}'. Known: {string.Join(", ", Activations)}.");
        var positions = Text("position_embedding_type", "absolute");
        if (positions != "absolute")
            throw new NotSupportedException($"{origin}: config.json's position_embedding_type is '{positions}'. Known for bert: absolute.");
        var epsilon = config.TryGetProperty("layer_norm_eps", out var e) && e.ValueKind == JsonValueKind.Number ? e.GetDouble() : 1e-12;
        var read = new BertConfig(
            Size("num_hidden_layers", 1_000), Size("hidden_size", 1 << 16), Size("num_attention_heads", 1 << 10),
            Size("intermediate_size", 1 << 18), Size("max_position_embeddings", 1 << 20), Size("vocab_size", 1 << 24),
            config.TryGetProperty("type_vocab_size", out _) ? Size("type_vocab_size", 1 << 10) : 2, epsilon, activation);
        return read.Width % read.Heads == 0 ? read : throw new InvalidDataException(
            $"{origin}: config.json's hidden_size {read.Width} is not a multiple of num_attention_heads {read.Heads}.");
    }
}
