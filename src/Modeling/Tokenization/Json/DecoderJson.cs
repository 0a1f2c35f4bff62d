using System.Text.Json;
using ML.Extensions.Checkpoints;

namespace ML.Extensions.Tokenization;

/// <summary>Reads the decoder of a tokenizer.json.</summary>
internal static class DecoderJson
{
    /// <summary>Types and their readers. A further decoder is one line here.</summary>
    private static readonly Dictionary<string, Func<JsonElement, string, TokenDecoder>> Kinds = new(StringComparer.Ordinal)
    {
        ["Sequence"] = (json, origin) => new SequenceDecoder([.. PartJson.List(json, "decoders", origin).Select(d => Read(d, origin))]),
        ["ByteLevel"] = (_, _) => new ByteLevelDecoder(),
        ["ByteFallback"] = (_, _) => new ByteFallbackDecoder(),
        ["Fuse"] = (_, _) => new FuseDecoder(),
        ["Strip"] = (json, origin) => TokenChanges.Strip(
            PreTokenizerJson.Character(json, "content", origin), PartJson.Number(json, "start", origin) ?? 0, PartJson.Number(json, "stop", origin) ?? 0),
        ["Replace"] = (json, origin) => TokenChanges.Replace(PatternJson.Read(json, origin), PartJson.Text(json, "content", origin)),
        ["Metaspace"] = (json, origin) => TokenChanges.Metaspace(
            PreTokenizerJson.Character(json, "replacement", origin), PreTokenizerJson.Scheme(json, origin)),
        ["WordPiece"] = (json, origin) => TokenChanges.WordPiece(json.Text("prefix", origin) ?? "##", json.Flag("cleanup", origin) ?? true),
        ["BPEDecoder"] = (json, origin) => TokenChanges.Suffix(json.Text("suffix", origin) ?? "</w>"),
        ["CTC"] = (json, origin) => new CtcDecoder(
            json.Text("pad_token", origin) ?? "<pad>", json.Text("word_delimiter_token", origin) ?? "|", json.Flag("cleanup", origin) ?? true),
    };

    /// <summary>A decoder.</summary>
    /// <exception cref="InvalidDataException">A value is missing or wrong.</exception>
    /// <exception cref="NotSupportedException">Its type is not known.</exception>
    public static TokenDecoder Read(JsonElement json, string origin) => PartJson.Read(json, "decoder", Kinds, origin);
}
