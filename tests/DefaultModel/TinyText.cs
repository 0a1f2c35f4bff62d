using System.Text;
using ML.Extensions.DefaultModel.Texts;
using ML.Extensions.Retrieval;
using ML.Extensions.Tokenization;

namespace ML.Extensions.Tests.DefaultModel;

/// <summary>A training text of a hundred small documents, and its tokenizer, whose vocabulary is the letters.</summary>
internal static class TinyText
{
    public const string PromptText = "find this ";

    public static TextTokenizer Tokenizer { get; } = Letters();

    public static TwinTokens Tokens { get; } = new(Tokenizer, PromptText);

    public static TrainingText Build(int documents = 100, int blocks = 5)
    {
        var builder = new TextBuilder(Tokenizer);
        builder.Add(Source, [.. Enumerable.Range(0, documents).Select(n => Document(n, blocks))]);
        return builder.Build();
    }

    public static TextSource Source { get; } = new("npm:@tiny/text@1.0.0", "MIT", TextFormat.Plain);

    private static IndexedDocument Document(int n, int blocks)
    {
        var text = new StringBuilder();
        for (var block = 0; block < blocks; block++)
            text.Append("heading " + Word(n) + " " + Word(block) + "\n").AppendJoin(' ', Enumerable.Range(0, 20).Select(i => Word((n * 1_000) + (block * 100) + i))).Append(".\n\n");
        return new($"document {n}", text.ToString());
    }

    private static string Word(int n) => string.Concat(n.ToString(System.Globalization.CultureInfo.InvariantCulture).Select(c => (char)('a' + c - '0')));

    private static TextTokenizer Letters()
    {
        string[] special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
        var letters = Enumerable.Range('a', 26).Concat(Enumerable.Range('0', 10)).Select(c => ((char)c).ToString()).ToArray();
        var pieces = special.Concat(letters).Concat(letters.Select(l => "##" + l)).Concat([".", ",", "?", ":", "'", "-", "/", ";"]);
        return TokenizerFiles.FromVocabulary(new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', pieces))), new(), "letters");
    }
}
