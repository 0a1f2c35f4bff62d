using System.Runtime.InteropServices;
using System.Text.Json;

namespace ML.Extensions.Tests.Tokenization;

/// <summary>Hugging Face's tokenizers library over a vocab.txt, where its native library is served.</summary>
internal static class ReferenceTokenizer
{
    public static bool Available => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>Writes BERT's tokenizer.json over a vocabulary.</summary>
    public static void Write(string path, IEnumerable<string> pieces, bool lowercase = true, bool? stripAccents = null, string added = "[]")
    {
        var vocabulary = pieces.Select((piece, id) => (piece, id)).ToDictionary(p => p.piece, p => p.id);
        var strip = stripAccents is { } s ? JsonSerializer.Serialize(s) : "null";
        File.WriteAllText(path, $$"""
            {"version":"1.0","truncation":null,"padding":null,"added_tokens":{{added}},
             "normalizer":{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":{{strip}},"lowercase":{{JsonSerializer.Serialize(lowercase)}} },
             "pre_tokenizer":{"type":"BertPreTokenizer"},"post_processor":null,"decoder":null,
             "model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":100,"vocab":{{JsonSerializer.Serialize(vocabulary)}} } }
            """);
    }

    public static Tokenizers.DotNet.Tokenizer Open(string path) => new(vocabPath: path);
}
