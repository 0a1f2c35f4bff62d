using System.Globalization;
using ML.Extensions.Devices;
using ML.Extensions.LongText;

namespace ML.Extensions.Benchmarks;

/// <summary>Claim: late chunks tell where in a document a fact stands where windows are encoded by themselves, and hardly where the whole text is one pass.</summary>
internal static class LateChunks
{
    public static int Run(string[] args)
    {
        var arguments = new Arguments(args, "model", "strategies", "tokens", "documents", "chunk", "draws", "data");
        var model = arguments.Text("model", "default-rope");
        var data = arguments.Text("data", Path.Combine(Repository.Root, "..", "shared", "data"));
        var haystack = Haystack.Load(Path.Combine(data, "retrieval", "haystack_paul_graham.jsonl.gz"));
        var (tokens, documents, chunk) = (arguments.Number("tokens", 2_048), arguments.Number("documents", 25), arguments.Number("chunk", 128));
        foreach (var name in arguments.Texts("strategies", "pcw,se,se+log,alone"))
        {
            var alone = name == "alone"; // each chunk's text embedded by itself
            var strategy = EmbeddingStrategy.Parse(alone ? "pcw" : name);
            var shares = arguments.Texts("draws", "1,2,3").Select(LongEmbedDraw.Parse)
                .Select(draw => Share(model, strategy, tokens, chunk, alone, SyntheticSet.Needle(haystack, tokens, documents, documents, draw))).ToArray();
            ResultLine.Write(
                "late-chunks", ("model", model), ("strategy", name), ("tokens", tokens), ("chunk", chunk), ("documents", documents),
                ("first", Two(shares.Average())), ("lowest", Two(shares.Min())), ("highest", Two(shares.Max())), ("draws", shares.Length));
        }

        return 0;
    }

    /// <summary>Share of documents whose nearest chunk to their question holds a part of their needle.</summary>
    private static double Share(string model, EmbeddingStrategy strategy, int tokens, int chunk, bool alone, RetrievalSet set)
    {
        var (opened, precision) = EmbeddingRun.Parse(model);
        using var embedder = LongTextEmbedder.Open(opened, strategy.Settings(tokens + 256) with { Precision = precision, ChunkTokens = chunk }, ComputeDevice.Cpu);
        var questions = EmbeddingRun.Queries(model, set.Queries);
        var right = 0;
        foreach (var (text, question) in set.Documents.Zip(set.Queries.Zip(questions)))
        {
            var needle = NeedleFacts.All.First(f => f.Question == question.First).Text;
            var start = text.IndexOf(needle, StringComparison.Ordinal);
            var chunks = embedder.Embed([text])[0].Chunks;
            if (alone)
                chunks = [.. chunks.Zip(embedder.Embed([.. chunks.Select(c => text[c.Start..c.End])]), (c, e) => c with { Vector = e.Vector })];
            var best = chunks.MaxBy(c => UnitVector.Dot(question.Second, c.Vector))!;
            right += best.Start < start + needle.Length && start < best.End ? 1 : 0;
        }

        return (double)right / set.Documents.Count;
    }

    private static string Two(double value) => value.ToString("F2", CultureInfo.InvariantCulture);
}
