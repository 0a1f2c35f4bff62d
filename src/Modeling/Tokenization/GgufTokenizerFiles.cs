using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ML.Extensions.Tokenization;

/// <summary>Writes the vocabulary of a GGUF file as the files of a Hugging Face folder, which give the same ids.</summary>
internal static class GgufTokenizerFiles
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Writes tokenizer.json, tokenizer.model or vocab.txt, and tokenizer_config.json.</summary>
    /// <exception cref="InvalidDataException">A key is missing or wrong.</exception>
    /// <exception cref="NotSupportedException">The model or its kind of words is not known.</exception>
    public static void Write(GgufVocabulary vocabulary, string folder, string origin)
    {
        GgufTokenizers.Open(vocabulary, origin); // refuses what cannot be opened
        var settings = new JsonObject();
        switch (vocabulary.Model)
        {
            case "gpt2":
                using (var json = GgufByteLevel.Json(vocabulary, origin))
                    File.WriteAllBytes(Path.Combine(folder, "tokenizer.json"), json.Finish().ToArray());
                settings["tokenizer_class"] = "PreTrainedTokenizerFast";
                break;
            case "bert":
                File.WriteAllLines(Path.Combine(folder, "vocab.txt"), GgufTokenizers.WordPieces(vocabulary));
                settings["tokenizer_class"] = "BertTokenizer";
                settings["do_lower_case"] = true;
                break;
            default:
                WriteSentencePiece(vocabulary, folder, settings, origin);
                break;
        }

        foreach (var (key, id) in new[]
                 {
                     ("bos_token", vocabulary.Begin), ("eos_token", vocabulary.End), ("unk_token", vocabulary.Unknown),
                     ("cls_token", vocabulary.Class ?? (vocabulary.Model == "bert" ? vocabulary.Begin : null)),
                     ("sep_token", vocabulary.Separator ?? (vocabulary.Model == "bert" ? vocabulary.End : null)),
                 })
        {
            if (id is { } known)
                settings[key] = vocabulary.Tokens[known];
        }

        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), settings.ToJsonString(Indented), new UTF8Encoding(false));
    }

    private static void WriteSentencePiece(GgufVocabulary vocabulary, string folder, JsonObject settings, string origin)
    {
        var model = GgufTokenizers.SentencePieceModelOf(vocabulary, origin);
        var last = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (id, piece) in model.Pieces.Index())
            last[piece.Text] = id;
        model = model with
        {
            Pieces = [.. model.Pieces.Select((p, id) => p.Text.Length > 0 && last[p.Text] == id ? p // a file has each piece once
                : new SentencePiece(string.Create(CultureInfo.InvariantCulture, $"<filling {id}>"), p.Score, SentencePieceType.Unused))],
        };
        File.WriteAllBytes(Path.Combine(folder, "tokenizer.model"), SentencePieceWriter.Bytes(model));
        settings["tokenizer_class"] = "LlamaTokenizer";
        settings["add_bos_token"] = vocabulary.AddBegin ?? model.Kind == SentencePieceModelKind.Bpe;
        settings["add_eos_token"] = vocabulary.AddEnd ?? model.Kind != SentencePieceModelKind.Bpe;
        settings["legacy"] = true;
        settings["added_tokens_decoder"] = new JsonObject(GgufTokenizers.AddedTokens(vocabulary).DistinctBy(t => t.Content).Select(t => KeyValuePair.Create(
            t.Id.ToString(CultureInfo.InvariantCulture),
            (JsonNode?)new JsonObject { ["content"] = t.Content, ["special"] = t.Special })));
    }
}
