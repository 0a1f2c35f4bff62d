namespace ML.Extensions.Benchmarks;

/// <summary>Every benchmark: one line each.</summary>
internal static class BenchmarkList
{
    public static IReadOnlyList<Benchmark> All { get; } =
    [
        new("house", "files, lines and long files of our own C#", House.Run),
        new("passkey", "Acc@1 of a passkey in filler, by strategy and length [--model --lengths --strategies --queries --documents --draws --seed]", Passkey.Run),
        new("retrieval", "nDCG@10 on real documents, by strategy [--set qmsum|squality|scifact --model --strategies --tokens --documents --data]", Retrieval.Run),
    ];
}
