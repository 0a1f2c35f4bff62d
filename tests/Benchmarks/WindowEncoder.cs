using ML.Extensions.Benchmarks;

namespace ML.Extensions.Tests.Benchmarks;

/// <summary>A perfect encoder of short texts that sees the first so many words only: a document's vector is the needle it sees, or nothing.</summary>
/// <param name="words">Words seen.</param>
/// <param name="marks">What to look for in documents; a text is the same mark's query if it holds the mark.</param>
internal sealed class WindowEncoder(int words, IReadOnlyList<string> marks) : ITextEncoder
{
    public string Name => "window";

    public int Window => words;

    public float[][] Documents(EmbeddingStrategy strategy, int tokens, IReadOnlyList<string> texts) =>
        [.. texts.Select(t => Vector(string.Join(' ', t.Split([' ', '\n']).Take(words))))];

    public float[][] Queries(IReadOnlyList<string> texts) => [.. texts.Select(Vector)];

    private float[] Vector(string text) => [.. marks.Select(m => text.Contains(m, StringComparison.Ordinal) ? 1f : 0f)];
}
