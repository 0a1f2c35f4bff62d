using System.Text.Json;
using ML.Extensions.Checkpoints;

namespace ML.Extensions.Tokenization;

/// <summary>Reads a pattern: {"String": ...} or {"Regex": ...}.</summary>
internal static class PatternJson
{
    /// <summary>The value of 'pattern'.</summary>
    /// <exception cref="InvalidDataException">It is neither, or the expression is wrong.</exception>
    /// <exception cref="NotSupportedException">The expression uses what is not known.</exception>
    public static TextPattern Read(JsonElement json, string origin)
    {
        if (json.Find("pattern") is not { } pattern)
            throw CheckpointErrors.Unusable(origin, "there is no 'pattern' where one is needed.");
        if (pattern.ValueKind == JsonValueKind.Object && pattern.Text("String", origin) is { } literal)
            return new LiteralPattern(literal);
        if (pattern.ValueKind == JsonValueKind.Object && pattern.Text("Regex", origin) is { } expression)
            return RegexPatterns.Create(expression, origin);
        throw JsonFile.Wrong(origin, "pattern", pattern, "an object with a text String or Regex");
    }
}
