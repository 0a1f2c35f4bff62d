namespace ML.Extensions.Tokenization;

/// <summary>The expressions that come with tokenizers: well-known ones run by hand-written scanners, others as .NET's.</summary>
internal static class RegexPatterns
{
    /// <summary>GPT-2's.</summary>
    public const string Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    /// <summary>Llama 3's.</summary>
    public const string Llama3 = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>Qwen 2's.</summary>
    public const string Qwen2 = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private const string Cl100k = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+";

    private static readonly Dictionary<string, ScannerPattern> Scanners = new(StringComparer.Ordinal)
    {
        [Gpt2] = new(gpt2: true, digits: int.MaxValue),
        [Llama3] = new(gpt2: false, digits: 3),
        [Cl100k] = new(gpt2: false, digits: 3),
        [Qwen2] = new(gpt2: false, digits: 1),
    };

    /// <summary>The pattern of an expression in Oniguruma's syntax.</summary>
    /// <exception cref="InvalidDataException">It breaks the syntax.</exception>
    /// <exception cref="NotSupportedException">It uses what .NET's expressions cannot say.</exception>
    public static TextPattern Create(string expression, string origin) =>
        Scanners.TryGetValue(expression, out var scanner) ? scanner : new RegexPattern(expression, origin);
}
