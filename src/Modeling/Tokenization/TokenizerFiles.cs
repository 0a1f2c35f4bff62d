using System.Text.Json;
using ML.Extensions.Checkpoints;

namespace ML.Extensions.Tokenization;

/// <summary>Opens the tokenizer of a model folder, or of a vocabulary that a package brings.</summary>
internal static class TokenizerFiles
{
    /// <summary>tokenizer.json, else a SentencePiece model, vocab.json and merges.txt, or vocab.txt, with tokenizer_config.json.</summary>
    /// <exception cref="InvalidDataException">A file is missing or wrong; the message names it.</exception>
    /// <exception cref="NotSupportedException">The tokenizer is of a kind that is not known.</exception>
    public static TextTokenizer Open(string folder)
    {
        var configPath = Path.Combine(folder, "tokenizer_config.json");
        using var config = File.Exists(configPath) ? JsonFile.Open(configPath) : null;
        var json = Path.Combine(folder, "tokenizer.json");
        if (File.Exists(json))
        {
            using var document = JsonFile.Open(json);
            return FromJson(document.RootElement, config?.RootElement, json);
        }

        if (SentencePieceFolder.Find(folder) is { } model)
            return SentencePieceFolder.Open(model, config?.RootElement);
        if (MergeFiles.Stand(folder))
            return MergeFiles.Open(folder, config?.RootElement);
        var vocabulary = Path.Combine(folder, "vocab.txt");
        if (!File.Exists(vocabulary))
            throw new InvalidDataException($"{folder}: no tokenizer. Looked for tokenizer.json, tokenizer.model, spiece.model, sentencepiece.bpe.model, vocab.json with merges.txt, and vocab.txt.");
        using var stream = File.OpenRead(vocabulary);
        return FromVocabulary(stream, WordPieceConfig.Apply(config?.RootElement, new()), vocabulary);
    }

    /// <summary>A WordPiece vocabulary, one piece a line; line ends of either kind.</summary>
    /// <exception cref="InvalidDataException">It is empty, too large, not UTF-8, or without a special token.</exception>
    public static TextTokenizer FromVocabulary(Stream vocabulary, WordPieceOptions options, string origin)
    {
        var pieces = VocabularyText.Read(vocabulary, origin);
        if (options.AddedTokens.Count > 0)
            return new WordPieceTokenizer(pieces, options, origin);
        string[] special = [options.PaddingToken, options.MaskToken, options.UnknownToken, options.ClassToken, options.SeparatorToken];
        var added = special.Distinct().Where(pieces.ContainsKey).Select(t => new AddedToken(t, pieces[t], Special: true));
        return new WordPieceTokenizer(pieces, options with { AddedTokens = [.. added], Decoder = TokenChanges.WordPiece(options.ContinuingPrefix, cleanup: true) }, origin);
    }

    /// <summary>A tokenizer.json, with the tokenizer_config.json beside it if there is one.</summary>
    /// <exception cref="InvalidDataException">A part is missing or wrong; the message names the file and the part.</exception>
    /// <exception cref="NotSupportedException">The tokenizer is of a kind that is not known.</exception>
    public static TextTokenizer FromJson(JsonElement root, JsonElement? config, string origin)
    {
        if (root.Find("model") is not { ValueKind: JsonValueKind.Object })
            throw new InvalidDataException($"{origin}: there is no object 'model'; expected a tokenizer of the Hugging Face format.");
        return WordPieceJson.TryOpen(root, config, origin) ?? (TextTokenizer)PipelineJson.Open(root, origin);
    }
}
