using System.Security.Cryptography;
using System.Text.Json;
using ML.Extensions.Checkpoints;
using static TorchSharp.torch;

namespace ML.Extensions.Transformers;

/// <summary>
/// Trained low-rank matrices beside a base model, in PEFT's layout: adapter_config.json and adapter_model.safetensors with
/// base_model.model.….lora_A.weight [r, inputs] and lora_B.weight [outputs, r]. The file is from outside: everything is checked.
/// </summary>
internal sealed class LoraAdapter : IDisposable
{
    /// <summary>Largest rank that is read.</summary>
    public const int MostRank = 1_024;

    private const string Config = "adapter_config.json", File = "adapter_model.safetensors", Before = "base_model.model.";
    /// <summary>Names of the files.</summary>
    public static IReadOnlyList<string> Files { get; } = [Config, File];

    private static readonly string[] Unknown = ["use_dora", "rank_pattern", "alpha_pattern", "modules_to_save", "layer_replication", "trainable_token_indices"];

    private readonly Weights _weights;
    private readonly Dictionary<string, (string A, string B)> _modules = new(StringComparer.Ordinal);
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    private LoraAdapter(string folder, Weights weights, JsonElement config)
    {
        (Origin, _weights) = (folder, weights);
        Rank = config.Count("r", Config) ?? throw CheckpointErrors.Unusable(Config, "it has no 'r'.");
        if (Rank > MostRank)
            throw CheckpointErrors.Unusable(Config, $"'r' is {Rank}; at most {MostRank} are read.");
        var alpha = config.Find("lora_alpha") is { ValueKind: JsonValueKind.Number } n && n.TryGetDouble(out var given) && double.IsFinite(given) ? given
            : throw CheckpointErrors.Unusable(Config, "'lora_alpha' is no number.");
        Scale = alpha / (config.Flag("use_rslora", Config) == true ? Math.Sqrt(Rank) : Rank);
        if (config.Text("peft_type", Config) is var type && type != "LORA")
            throw new NotSupportedException($"{Config}: 'peft_type' is {type ?? "missing"}; LORA is known.");
        if (config.Text("bias", Config) is { } bias && bias != "none")
            throw new NotSupportedException($"{Config}: 'bias' is {bias}; known is none.");
        if (Unknown.FirstOrDefault(k => IsSet(config.Find(k))) is { } key)
            throw new NotSupportedException($"{Config}: '{key}' is set, which is not known here.");
        foreach (var name in weights.Entries.Keys)
            Note(name);
    }

    /// <summary>Folder, for messages.</summary>
    public string Origin { get; }

    /// <summary>r.</summary>
    public int Rank { get; }

    /// <summary>Factor on B A x.</summary>
    public double Scale { get; }

    /// <summary>Opens a folder.</summary>
    /// <exception cref="InvalidDataException">A file is missing or wrong; the message names it.</exception>
    /// <exception cref="NotSupportedException">It is another kind of adapter.</exception>
    public static LoraAdapter Open(string folder)
    {
        using var config = JsonFile.Open(Path.Combine(folder, Config));
        var path = Path.Combine(folder, File);
        var weights = (System.IO.File.Exists(path) ? WeightFiles.OpenFile(path) : null) ?? throw CheckpointErrors.Unusable(File, $"the file is not in {Path.GetFullPath(folder)}.");
        try
        {
            return new(folder, weights, config.RootElement);
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <summary>SHA-256 over both files, upper-case hexadecimal.</summary>
    public static string Hash(string folder) => Convert.ToHexString(SHA256.HashData(
        [.. Files.SelectMany(n => { using var stream = System.IO.File.OpenRead(Path.Combine(folder, n)); return SHA256.HashData(stream); })]));

    /// <summary>Matrices of a product of the network, float32, rows in the network's order; null where it has none. The caller owns them.</summary>
    /// <exception cref="InvalidDataException">A shape does not fit.</exception>
    public (Tensor A, Tensor B)? Find(string part, long inputs, long rows)
    {
        var module = _modules.Keys.FirstOrDefault(m => m == part || (m.EndsWith(part, StringComparison.Ordinal) && m[^(part.Length + 1)] == '.'));
        if (module is null)
            return null;
        _used.Add(module);
        var (a, b) = _modules[module];
        return (Read(a, Rank, inputs), Read(b, rows, Rank));
    }

    /// <summary>Refuses an adapter of which the network has not taken everything.</summary>
    /// <exception cref="InvalidDataException">A module was not asked for.</exception>
    public void CheckUsed(string family)
    {
        if (_modules.Keys.FirstOrDefault(m => !_used.Contains(m)) is { } left)
            throw CheckpointErrors.Unusable(File, $"it changes '{left}', which the {family} model does not have as a product of its layers. The adapter is another model's.");
    }

    /// <summary>Writes a folder; each file is written aside and takes its name when complete.</summary>
    /// <param name="folder">Path; made if it is missing.</param>
    /// <param name="prefix">What the base's names begin with, "model.".</param>
    /// <param name="settings">Rank and alpha.</param>
    /// <param name="modules">A and B, rows in the file's order, by the product's name without prefix.</param>
    /// <param name="baseModel">Name of the base model.</param>
    /// <param name="transposed">Whether the base holds its matrices as [inputs, outputs].</param>
    /// <param name="task">PEFT's name of what the base is for.</param>
    public static void Write(
        string folder, string prefix, LoraSettings settings, IReadOnlyDictionary<string, (Tensor A, Tensor B)> modules, string baseModel, bool transposed, string task)
    {
        Directory.CreateDirectory(folder);
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var (name, (a, b)) in modules)
        {
            tensors.Add($"{Before}{prefix}{name}.lora_A.weight", a);
            tensors.Add($"{Before}{prefix}{name}.lora_B.weight", b);
        }

        SafetensorsWriter.Write(Path.Combine(folder, File), tensors, new Dictionary<string, string> { ["format"] = "pt" });
        var config = new
        {
            peft_type = "LORA", task_type = task, base_model_name_or_path = baseModel, r = settings.Rank, lora_alpha = settings.Alpha, lora_dropout = 0.0,
            bias = "none", fan_in_fan_out = transposed, inference_mode = true, use_rslora = false,
            target_modules = modules.Keys.Select(n => n[(n.LastIndexOf('.') + 1)..]).Distinct().Order(StringComparer.Ordinal),
        };
        var aside = Path.Combine(folder, Config + "." + Guid.NewGuid().ToString("N") + ".tmp");
        System.IO.File.WriteAllText(aside, JsonSerializer.Serialize(config, Indented.Options));
        System.IO.File.Move(aside, Path.Combine(folder, Config), overwrite: true);
    }

    /// <inheritdoc/>
    public void Dispose() => _weights.Dispose();

    private static bool IsSet(JsonElement? value) => value is { } v && v.ValueKind switch
    {
        JsonValueKind.False => false,
        JsonValueKind.Array => v.GetArrayLength() > 0,
        JsonValueKind.Object => v.EnumerateObject().Any(),
        _ => true,
    };

    private void Note(string name)
    {
        foreach (var (end, other) in new[] { (".lora_A.weight", ".lora_B.weight"), (".lora_B.weight", ".lora_A.weight") })
        {
            if (!name.EndsWith(end, StringComparison.Ordinal))
                continue;
            var module = name[..^end.Length];
            if (!_weights.Entries.ContainsKey(module + other))
                throw CheckpointErrors.Broken(File, $"it has '{name}' but no '{module + other}'.");
            _modules[module.StartsWith(Before, StringComparison.Ordinal) ? module[Before.Length..] : module] = (module + ".lora_A.weight", module + ".lora_B.weight");
            return;
        }

        throw new NotSupportedException($"{File}: the tensor '{name}' is no lora_A.weight or lora_B.weight of a product; others are not known.");
    }

    private Tensor Read(string name, params long[] shape)
    {
        var entry = _weights.Entries[name];
        if (!entry.Shape.AsSpan().SequenceEqual(shape))
            throw CheckpointErrors.Unusable(File, $"'{name}' has shape [{string.Join(", ", entry.Shape)}]; the base model and 'r' need [{string.Join(", ", shape)}].");
        using var read = _weights.Read(name);
        return read.to(ScalarType.Float32, copy: true);
    }

    private static class Indented
    {
        public static readonly JsonSerializerOptions Options = new() { WriteIndented = true };
    }
}
