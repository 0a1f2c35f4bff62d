using System.Text.Json;

namespace ML.Extensions.Tests.Tokenization;

/// <summary>Lines of the shared tokenizer goldens.</summary>
internal static class GoldenLines
{
    /// <summary>Path inside the folder of tokenizer goldens.</summary>
    public static string Path(params string[] parts) => System.IO.Path.Combine([Shared.Root!, "goldens", "tokenizers", .. parts]);

    /// <summary>A file's lines, one JSON object each.</summary>
    public static IEnumerable<JsonElement> Read(string path)
    {
        foreach (var line in File.ReadLines(path))
        {
            using var json = JsonDocument.Parse(line);
            yield return json.RootElement.Clone();
        }
    }

    /// <summary>A list of whole numbers.</summary>
    public static int[] Numbers(this JsonElement list) => [.. list.EnumerateArray().Select(n => n.GetInt32())];

    /// <summary>Ranges in code points as starts and ends in UTF-16 units.</summary>
    public static (int[] Starts, int[] Ends) Units(this JsonElement offsets, string text)
    {
        var places = new List<int>();
        for (var i = 0; i < text.Length; i += char.IsSurrogatePair(text, i) ? 2 : 1)
            places.Add(i);
        places.Add(text.Length);
        var pairs = offsets.EnumerateArray().Select(o => o.Numbers()).ToArray();
        return ([.. pairs.Select(p => places[p[0]])], [.. pairs.Select(p => places[p[1]])]);
    }
}
