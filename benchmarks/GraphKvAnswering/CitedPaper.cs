using System.IO.Compression;
using System.Text.Json;

namespace ML.Extensions.Benchmarks;

/// <summary>A paper of CiteSeer with the papers that it cites: an ego graph.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Text">Title and abstract.</param>
/// <param name="Label">Its field.</param>
/// <param name="Cited">Texts of cited papers.</param>
/// <param name="Uncited">As many papers that it does not cite: a control.</param>
internal sealed record CitedPaper(string Id, string Text, string Label, string[] Cited, string[] Uncited)
{
    /// <summary>Reads a number of papers that cite others, spread over the set.</summary>
    /// <param name="data">Folder of the data.</param>
    /// <param name="count">How many papers.</param>
    /// <param name="references">Most cited papers of each.</param>
    public static IReadOnlyList<CitedPaper> Load(string data, int count, int references) => Choose(data, references, citing => Spread(count, citing));

    /// <summary>Papers that <see cref="Load"/> does not choose, in an order of their own.</summary>
    /// <param name="data">Folder of the data.</param>
    /// <param name="measured">Number of papers that it is asked for.</param>
    /// <param name="references">Most cited papers of each.</param>
    /// <param name="seed">Decides the order.</param>
    public static IReadOnlyList<CitedPaper> Others(string data, int measured, int references, int seed) => Choose(data, references, citing =>
    {
        var left = Enumerable.Range(0, citing).Except(Spread(measured, citing)).ToArray();
        new Random(seed).Shuffle(left);
        return left;
    });

    private static IEnumerable<int> Spread(int count, int citing) => Enumerable.Range(0, count).Select(i => i * citing / count);

    private static CitedPaper[] Choose(string data, int references, Func<int, IEnumerable<int>> places)
    {
        var nodes = Lines(data, "citeseer_nodes.jsonl.gz").Select(l => JsonSerializer.Deserialize<JsonElement>(l)).Select(n => (
            Id: n.GetProperty("node_id").GetString()!, Text: n.GetProperty("text").GetString()!, Label: n.GetProperty("label").GetString()!)).ToArray();
        var texts = nodes.ToDictionary(n => n.Id, n => n.Text, StringComparer.Ordinal);
        var cites = Lines(data, "citeseer_edges.csv.gz").Skip(1).Select(l => l.Split(',')).ToLookup(e => e[0], e => e[1], StringComparer.Ordinal);
        var citing = nodes.Where(n => cites[n.Id].Any()).ToArray();
        var random = new Random(5);
        return [.. places(citing.Length).Select(i =>
        {
            var node = citing[i];
            string[] cited = [.. cites[node.Id].Distinct().Order(StringComparer.Ordinal).Take(references)];
            var others = Enumerable.Range(0, 50).Select(_ => nodes[random.Next(nodes.Length)].Id).Where(o => o != node.Id && !cites[node.Id].Contains(o)).Distinct().Take(cited.Length);
            return new CitedPaper(node.Id, node.Text, node.Label, [.. cited.Select(c => texts[c])], [.. others.Select(o => texts[o])]);
        })];
    }

    private static IEnumerable<string> Lines(string data, string name)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(Path.Combine(data, "graph", name)), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
            yield return line;
    }
}
