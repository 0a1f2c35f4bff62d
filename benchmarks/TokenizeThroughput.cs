using System.Globalization;
using System.Text;
using ML.Extensions.Tokenization;

namespace ML.Extensions.Benchmarks;

/// <summary>Claim: our tokenizers take at least as many megabytes a second as Hugging Face's own library, on one thread.</summary>
internal static class TokenizeThroughput
{
    public static int Run(string[] args)
    {
        var arguments = new Arguments(args, "rounds", "megabytes", "data", "only");
        var shared = arguments.Text("data", Path.Combine(Repository.Root, "..", "shared"));
        var only = arguments.Texts("only", "wordpiece,bpe,unigram");
        var texts = TokenizerTexts.Load(Path.Combine(shared, "data"), arguments.Number("megabytes", 4) * 1_000_000);
        var bytes = texts.Sum(t => (long)Encoding.UTF8.GetByteCount(t));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{texts.Length} texts, {bytes / 1e6:F2} MB; one thread"));
        var temporary = Directory.CreateTempSubdirectory("mlext-tokenize-").FullName;
        var fields = new List<(string, object)>();
        try
        {
            foreach (var kind in only)
                if (Folder(kind, shared, temporary) is { } folder)
                    fields.AddRange(Compare(kind, folder, texts, bytes, arguments.Number("rounds", 7)));
        }
        finally
        {
            Directory.Delete(temporary, recursive: true);
        }

        ResultLine.Write("tokenize-throughput", [.. fields]);
        return 0;
    }

    /// <summary>A folder with a tokenizer.json of a kind, null if this machine has none.</summary>
    private static string? Folder(string kind, string shared, string temporary)
    {
        if (kind == "wordpiece")
            return WordPieceJsonFile.Write(temporary);
        string[] known = kind switch
        {
            "bpe" => ["data/tokenizers/roberta-base", "goldens/tokenizers/bpe-roberta"],
            "fallback" => ["data/tokenizers/llama2", "goldens/tokenizers/bpe-byte-fallback"],
            "unigram" => ["data/tokenizers/t5-small", "goldens/tokenizers/unigram-t5"],
            _ => throw new ArgumentException($"Unknown kind '{kind}'. Known: wordpiece, bpe, unigram, fallback."),
        };
        var found = known.Select(f => Path.Combine(shared, f)).FirstOrDefault(f => File.Exists(Path.Combine(f, "tokenizer.json")));
        Console.WriteLine(found is null ? $"{kind}: left out; none of {string.Join(", ", known)} is in {shared}" : $"{kind}: {found}");
        return found;
    }

    private static IEnumerable<(string Key, object Value)> Compare(string kind, string folder, string[] texts, long bytes, int rounds)
    {
        var ours = TokenizerFiles.Open(folder);
        var theirs = new Tokenizers.DotNet.Tokenizer(vocabPath: Path.Combine(folder, "tokenizer.json"));
        var (tokens, differ) = (0L, 0);
        foreach (var text in texts)
        {
            var expected = theirs.Encode(text).Select(id => (int)id);
            var found = ours.Encode(text).Ids;
            tokens += found.Length;
            differ += expected.SequenceEqual(ours.Prefix.Concat(found).Concat(ours.Suffix)) ? 0 : 1;
        }

        Console.WriteLine($"{kind}: {tokens} tokens; {differ} of {texts.Length} texts differ");
        var rivals = new Interleaved(kind + " ", rounds, 1);
        rivals.Add("huggingface", () => Array.ForEach(texts, t => theirs.Encode(t)));
        rivals.Add("ours", () => Array.ForEach(texts, t => ours.Encode(t)));
        rivals.Measure();
        var speed = Math.Round(rivals.Speedup("ours", "huggingface"), 3);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind}: {bytes / 1e6 / rivals.Seconds("ours"):F1} MB/s, Hugging Face's {bytes / 1e6 / rivals.Seconds("huggingface"):F1}"));
        return [(kind, speed), (kind + "_differ", differ)];
    }
}
