using System.Text.Json;
using ML.Extensions.Checkpoints;
using ML.Extensions.Devices;
using ML.Extensions.Encoders;
using ML.Extensions.Transformers;

namespace ML.Extensions.Tests.Transformers;

/// <summary>A folder of ../shared/goldens/models with one of its configs.</summary>
internal sealed class GoldenCase : IDisposable
{
    private readonly JsonDocument _config;
    private readonly Weights _weights;

    public GoldenCase(string name)
    {
        var file = Path.Combine(Models, name);
        _config = JsonDocument.Parse(File.ReadAllText(file));
        _weights = WeightFiles.Open(Path.GetDirectoryName(file)!);
        Golden = new(Path.Combine(Path.GetDirectoryName(file)!, "golden.safetensors"));
    }

    public static string Models => Path.Combine(Shared.Root!, "goldens", "models");

    public SafetensorsFile Golden { get; }

    public JsonElement Config => _config.RootElement;

    /// <summary>Every config of the folders that a filter takes: "llama/default/config.json".</summary>
    public static IEnumerable<string> All(Func<string, bool> folder) => Shared.Root is null ? [] :
        Directory.EnumerateFiles(Models, "config*.json", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(Models, f).Replace('\\', '/'))
            .Where(f => folder(Path.GetDirectoryName(f)!.Replace('\\', '/'))).Order(StringComparer.Ordinal);

    public bool Has(string tensor) => Golden.Entries.ContainsKey(tensor);

    public float[] Floats(string name)
    {
        using var tensor = Golden.Read(name);
        return tensor.data<float>().ToArray();
    }

    public int[][] Ids(string name)
    {
        using var tensor = Golden.Read(name);
        var (values, columns) = (tensor.data<long>().ToArray(), (int)tensor.shape[1]);
        return [.. values.Select(v => (int)v).Chunk(columns)];
    }

    public TextEncoder Encoder(Precision precision = Precision.Float32) => TextEncoders.Create(Config, _weights, precision, ComputeDevice.Cpu, "golden");

    public CausalDecoder Decoder() => CausalDecoder.Create(Config, _weights, Precision.Float32, ComputeDevice.Cpu, "golden");

    public void Dispose()
    {
        _config.Dispose();
        _weights.Dispose();
        Golden.Dispose();
    }
}
