using ML.Extensions.Checkpoints;
using ML.Extensions.Checkpoints.Gguf;
using ML.Extensions.Devices;
using ML.Extensions.Encoders;
using ML.Extensions.Tokenization;

namespace ML.Extensions.Benchmarks;

/// <summary>A good file that the benchmark damages, and how such a file is used.</summary>
/// <param name="Kind">config, tokenizer or weights.</param>
/// <param name="Path">The good file.</param>
/// <param name="Use">Opens and uses a damaged one at a path.</param>
internal sealed record FuzzSeed(string Kind, string Path, Action<string> Use)
{
    private const int MostBytes = 400_000, GgufHeader = 1_800_000;

    /// <summary>Seeds out of the shared goldens and models.</summary>
    public static IReadOnlyList<FuzzSeed> Of(string shared)
    {
        var models = System.IO.Path.Combine(shared, "goldens", "models");
        return
        [
            .. Files(models, "config*.json").Where(HasWeights).Select(f => new FuzzSeed("config", f, path => UseConfig(path, System.IO.Path.GetDirectoryName(f)!))),
            .. Files(System.IO.Path.Combine(shared, "goldens", "tokenizers"), "tokenizer.json").Select(f => new FuzzSeed("tokenizer", f, UseTokenizer)),
            .. Files(System.IO.Path.Combine(shared, "goldens", "tokenizers"), "*.model").Select(f => new FuzzSeed("tokenizer", f, UseTokenizer)),
            .. Files(models, "model.safetensors").Select(f => new FuzzSeed("weights", f, path => UseWeights(new SafetensorsFile(path)))),
            .. Files(models, "pytorch_model*.bin").Select(f => new FuzzSeed("weights", f, path => UseWeights(new PickleWeights(path)))),
            .. Files(models, "*.index.json").Select(f => new FuzzSeed("config", f, path => UseIndex(path, f))),
            .. Files(System.IO.Path.Combine(shared, "data", "models"), "*.gguf", long.MaxValue).Select(f => new FuzzSeed("weights", f, UseGguf)),
        ];
    }

    /// <summary>The bytes that are damaged: all, or a GGUF file's beginning, where its header is.</summary>
    public byte[] Read()
    {
        using var file = File.OpenRead(Path);
        var bytes = new byte[Path.EndsWith(".gguf", StringComparison.Ordinal) ? Math.Min(GgufHeader, file.Length) : file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    private static IEnumerable<string> Files(string folder, string pattern, long most = MostBytes) =>
        Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories).Where(f => new FileInfo(f).Length <= most).Order(StringComparer.Ordinal);

    private static bool HasWeights(string config) => File.Exists(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(config)!, "model.safetensors"));

    private static void UseConfig(string path, string folder)
    {
        using var json = JsonFile.Open(path);
        using var weights = WeightFiles.Open(folder);
        TextEncoders.Create(json.RootElement, weights, Precision.Float32, ComputeDevice.Cpu, "config.json").Dispose();
    }

    private static void UseIndex(string path, string good)
    {
        foreach (var shard in WeightIndex.Read(good).Shards)
            File.WriteAllBytes(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(path)!, shard), []);
        WeightIndex.Read(path);
    }

    private static void UseTokenizer(string path) => TokenizerFiles.Open(System.IO.Path.GetDirectoryName(path)!).Encode("Hello wörld, 12 times.");

    private static void UseGguf(string path)
    {
        var model = GgufModel.Open(path);
        using var weights = model.Weights;
        model.OpenTokenizer();
    }

    private static void UseWeights(Weights weights)
    {
        using (weights)
            foreach (var name in weights.Entries.Keys)
                weights.Read(name).Dispose();
    }
}
