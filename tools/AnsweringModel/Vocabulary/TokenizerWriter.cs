using System.Text.Encodings.Web;
using System.Text.Json;

namespace ML.Extensions.AnsweringModel.Vocabulary;

/// <summary>Writes a vocabulary as a tokenizer.json of the Hugging Face format.</summary>
internal static class TokenizerWriter
{
    /// <summary>The token that ends an answer; id 0.</summary>
    public const string End = "<|end|>";

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a file; an existing one is replaced.</summary>
    public static void Write(string path, BpeVocabulary vocabulary)
    {
        var json = new Dictionary<string, object?>
        {
            ["version"] = "1.0",
            ["added_tokens"] = vocabulary.Tokens.Take(vocabulary.Special)
                .Select((t, id) => new { id, content = t, single_word = false, lstrip = false, rstrip = false, normalized = false, special = true }),
            ["normalizer"] = null,
            ["pre_tokenizer"] = new
            {
                type = "Sequence",
                pretokenizers = new object[]
                {
                    new { type = "Split", pattern = new { Regex = Words.Pattern }, behavior = "Isolated", invert = false },
                    new { type = "ByteLevel", add_prefix_space = false, trim_offsets = true, use_regex = false },
                },
            },
            ["post_processor"] = null,
            ["decoder"] = new { type = "ByteLevel", add_prefix_space = false, trim_offsets = true, use_regex = false },
            ["model"] = new
            {
                type = "BPE",
                vocab = vocabulary.Tokens.Select((t, id) => (t, id)).ToDictionary(t => t.t, t => t.id, StringComparer.Ordinal),
                merges = vocabulary.Merges.Select(m => $"{m.Left} {m.Right}"),
            },
        };
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.WriteAllText(path, JsonSerializer.Serialize(json, Plain));
    }
}
