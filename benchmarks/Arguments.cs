using System.Globalization;

namespace ML.Extensions.Benchmarks;

/// <summary>`--name value` pairs of a benchmark; a name that it does not know is an error.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public Arguments(string[] args, params string[] known)
    {
        for (var i = 0; i < args.Length; i += 2)
        {
            var name = args[i].StartsWith("--", StringComparison.Ordinal) ? args[i][2..] : args[i];
            if (!known.Contains(name, StringComparer.Ordinal))
                throw new ArgumentException($"Unknown option '{args[i]}'. Known: {string.Join(", ", known.Select(k => "--" + k))}.");
            _values[name] = i + 1 < args.Length ? args[i + 1] : throw new ArgumentException($"Option '{args[i]}' needs a value.");
        }
    }

    public string Text(string name, string otherwise) => _values.GetValueOrDefault(name, otherwise);

    public string? Optional(string name) => _values.GetValueOrDefault(name);

    public int Number(string name, int otherwise) => _values.TryGetValue(name, out var text) ? Parse(name, text) : otherwise;

    public string[] Texts(string name, string otherwise) =>
        Text(name, otherwise).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public int[] Numbers(string name, string otherwise) => [.. Texts(name, otherwise).Select(t => Parse(name, t))];

    private static int Parse(string name, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n)
            ? n
            : throw new ArgumentException($"Option '--{name}' needs a whole number, not '{text}'.");
}
