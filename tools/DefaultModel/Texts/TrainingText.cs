using System.Runtime.InteropServices;
using System.Text.Json;

namespace ML.Extensions.DefaultModel.Texts;

/// <summary>The training text as ids of the default model's vocabulary, with its documents and natural pairs.</summary>
/// <param name="tokens">Ids; the highest bit says that a word begins.</param>
/// <param name="documents">Where documents stand.</param>
/// <param name="pairs">Headings and what stands under them, of documents that are not held out.</param>
/// <param name="shares">What each source gave.</param>
internal sealed class TrainingText(ushort[] tokens, TextDocument[] documents, TextPair[] pairs, TextShare[] shares)
{
    /// <summary>Mark of a token that begins a word.</summary>
    public const ushort WordBegins = 0x8000;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>All documents.</summary>
    public IReadOnlyList<TextDocument> Documents => documents;

    /// <summary>Natural pairs.</summary>
    public IReadOnlyList<TextPair> Pairs => pairs;

    /// <summary>What each source gave.</summary>
    public IReadOnlyList<TextShare> Shares => shares;

    /// <summary>Tokens in all.</summary>
    public int Count => tokens.Length;

    /// <summary>The id at a place.</summary>
    public int Id(int at) => tokens[at] & ~WordBegins;

    /// <summary>Ids of a stretch.</summary>
    public int[] Ids(int start, int count) => [.. tokens.AsSpan(start, count).ToArray().Select(t => t & ~WordBegins)];

    /// <summary>Whether a word begins at a place.</summary>
    public bool Begins(int at) => (tokens[at] & WordBegins) != 0;

    /// <summary>Writes text.bin, documents.bin, pairs.bin and sources.json into a folder.</summary>
    public void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "text.bin"), MemoryMarshal.AsBytes(tokens.AsSpan()));
        File.WriteAllBytes(Path.Combine(folder, "documents.bin"), MemoryMarshal.AsBytes(documents.AsSpan()));
        File.WriteAllBytes(Path.Combine(folder, "pairs.bin"), MemoryMarshal.AsBytes(pairs.AsSpan()));
        File.WriteAllText(Path.Combine(folder, "sources.json"), JsonSerializer.Serialize(shares, Indented));
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="FileNotFoundException">There is no training text in the folder.</exception>
    public static TrainingText Open(string folder)
    {
        if (!File.Exists(Path.Combine(folder, "sources.json")))
            throw new FileNotFoundException($"{folder} holds no training text. Make it first: dotnet run -c Release --project tools/DefaultModel -- text");
        T[] Read<T>(string name)
            where T : struct => MemoryMarshal.Cast<byte, T>(File.ReadAllBytes(Path.Combine(folder, name))).ToArray();
        var shares = JsonSerializer.Deserialize<TextShare[]>(File.ReadAllText(Path.Combine(folder, "sources.json")))!;
        return new(Read<ushort>("text.bin"), Read<TextDocument>("documents.bin"), Read<TextPair>("pairs.bin"), shares);
    }
}
