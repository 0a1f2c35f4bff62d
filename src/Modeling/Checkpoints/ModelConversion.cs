using System.Text.Json;

namespace ML.Extensions.Checkpoints;

/// <summary>Writes any model that can be opened as safetensors.</summary>
public static class ModelConversion
{
    private const string Config = "config.json";
    private static readonly string[] WeightEnds = [".safetensors", ".bin", ".onnx", ".onnx_data", ".gguf", ".h5", ".msgpack", ".ot", ".pt", ".pth", ".index.json"];
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private static readonly string[] OtherForms = ["onnx", "openvino", "coreml"];

    /// <summary>Names of the types that floats can be written in.</summary>
    public static IReadOnlyList<string> Types { get; } = ["float32", "float16", "bfloat16"];

    /// <summary>
    /// Converts a model. It is written aside and takes its name when complete. Old names of norms (gamma, beta) become weight and bias;
    /// blocks of GGUF files become floats; rows of rotary queries and keys are in Hugging Face's order.
    /// </summary>
    /// <param name="source">A folder, a GGUF or llama2.c file, or a single file of weights.</param>
    /// <param name="destination">
    /// A path ending in .safetensors for the weights alone; else a folder, which also gets config.json and the source folder's other files, or,
    /// of a GGUF or llama2.c file, its tokenizer and pooling.
    /// </param>
    /// <param name="type">One of <see cref="Types"/>; null keeps what is stored (float32 for blocks).</param>
    /// <param name="overwrite">Whether a destination that is there already is replaced.</param>
    /// <param name="progress">Told how many tensors of how many are written.</param>
    /// <exception cref="IOException">The destination is there already.</exception>
    /// <exception cref="InvalidDataException">The source is missing, broken or not known; the message says what is wrong.</exception>
    /// <exception cref="ArgumentException">The type is not known.</exception>
    public static void Convert(string source, string destination, string? type = null, bool overwrite = false, Action<int, int>? progress = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        ArgumentException.ThrowIfNullOrEmpty(destination);
        if (type is not null && !Types.Contains(type))
            throw new ArgumentException($"The type '{type}' is not known. Known: {string.Join(", ", Types)}.", nameof(type));
        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(destination));
        if (Path.Exists(target) && !overwrite)
            throw new IOException($"{destination} is there already.");
        var from = Path.GetFullPath(source);
        var alone = target.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase);
        if (from == target || (!alone && (IsInside(from, target) || IsInside(target, from))))
            throw new IOException($"{destination} and the source lie inside each other; choose another place.");
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var (weights, config, encoder, file) = Open(from);
        using (weights)
        {
            if (alone)
                Write(weights, target, type, progress);
            else
                WriteFolder(weights, config, file, from, encoder, target, type, progress);
        }
    }

    /// <summary>Weights, config, the folder inside the source that holds them, and the source if it is one file.</summary>
    private static (Weights Weights, JsonElement? Config, string Encoder, FileModel? File) Open(string source)
    {
        if (File.Exists(source) && WeightFiles.OpenFile(source) is { } single)
            return (single, ReadConfig(Path.GetDirectoryName(source)!), "", null);
        if (FileModel.Find(source) is { } file)
        {
            var model = FileModel.Open(file);
            return (model.Weights, model.Config, "", model);
        }

        if (!Directory.Exists(source))
            throw CheckpointErrors.Unusable(source, "there is no such file or folder.");
        var encoder = !File.Exists(Path.Combine(source, Config)) && File.Exists(Path.Combine(source, "0_Transformer", Config)) ? "0_Transformer" : "";
        return (WeightFiles.Open(Path.Combine(source, encoder)), ReadConfig(Path.Combine(source, encoder)), encoder, null);
    }

    private static JsonElement? ReadConfig(string folder)
    {
        if (!File.Exists(Path.Combine(folder, Config)))
            return null;
        using var json = JsonFile.Open(Path.Combine(folder, Config));
        return json.RootElement.Clone();
    }

    private static void WriteFolder(
        Weights weights, JsonElement? config, FileModel? file, string source, string encoder, string target, string? type, Action<int, int>? progress)
    {
        var aside = target + "." + Guid.NewGuid().ToString("N") + ".tmp";
        try
        {
            Directory.CreateDirectory(Path.Combine(aside, encoder));
            if (file is not null)
                WriteParts(file, aside);
            else if (Directory.Exists(source))
                CopyOthers(source, encoder, aside);
            if (config is { } known)
                File.WriteAllText(Path.Combine(aside, encoder, Config), known.GetRawText());
            Write(weights, Path.Combine(aside, encoder, "model.safetensors"), type, progress);
            if (File.Exists(target))
                File.Delete(target);
            else if (Directory.Exists(target))
                Directory.Delete(target, recursive: true);
            Directory.Move(aside, target);
        }
        finally
        {
            if (Directory.Exists(aside))
                Directory.Delete(aside, recursive: true);
        }
    }

    /// <summary>What else a file holds, as a sentence-transformers folder has it: tokenizer and pooling.</summary>
    private static void WriteParts(FileModel file, string target)
    {
        if (file.HasTokenizer)
            file.WriteTokenizer(target);
        Directory.CreateDirectory(Path.Combine(target, "1_Pooling"));
        void Json(string name, object value) => File.WriteAllText(Path.Combine(target, name), JsonSerializer.Serialize(value, Indented));
        Json("modules.json", new[] { Module(0, "", "Transformer"), Module(1, "1_Pooling", "Pooling") });
        Json("1_Pooling/config.json", new
        {
            word_embedding_dimension = file.Config.GetProperty("hidden_size").GetInt32(),
            pooling_mode_cls_token = file.Pooling == "cls",
            pooling_mode_mean_tokens = file.Pooling == "mean",
            pooling_mode_lasttoken = file.Pooling == "lasttoken",
        });

        static object Module(int idx, string path, string kind) =>
            new { idx, name = idx.ToString(System.Globalization.CultureInfo.InvariantCulture), path, type = $"sentence_transformers.models.{kind}" };
    }

    /// <summary>Everything but the encoder's weights in any form: tokenizer, modules, settings.</summary>
    private static void CopyOthers(string source, string encoder, string target)
    {
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(source, file);
            var folder = Path.GetDirectoryName(name)!;
            var first = name.Split(Path.DirectorySeparatorChar)[0];
            if ((folder == encoder && WeightEnds.Any(e => name.EndsWith(e, StringComparison.OrdinalIgnoreCase))) || first.StartsWith('.') || (folder.Length > 0 && OtherForms.Contains(first)))
                continue;
            Directory.CreateDirectory(Path.Combine(target, folder));
            File.Copy(file, Path.Combine(target, name));
        }
    }

    private static void Write(Weights weights, string path, string? type, Action<int, int>? progress)
    {
        var names = weights.Entries.Keys.ToDictionary(n => CurrentName(n, weights.Entries), StringComparer.Ordinal);
        ElementType TypeOf(ElementType stored) => stored > ElementType.Float64 || type is null ? stored : type switch
        {
            "float16" => ElementType.Float16,
            "bfloat16" => ElementType.BFloat16,
            _ => ElementType.Float32,
        };
        var done = 0;
        SafetensorsWriter.Write(
            path, names.Select(n => weights.Entries[n.Value] is var e ? new TensorEntry(n.Key, TypeOf(e.Type), e.Shape) : null!),
            entry =>
            {
                progress?.Invoke(++done, names.Count);
                using var read = weights.Read(names[entry.Name]);
                return read.to(entry.Type.ToTorch());
            },
            new Dictionary<string, string> { ["format"] = "pt" });
    }

    private static string CurrentName(string name, IReadOnlyDictionary<string, TensorEntry> all)
    {
        var current = name.EndsWith(".gamma", StringComparison.Ordinal) ? name[..^5] + "weight" : name.EndsWith(".beta", StringComparison.Ordinal) ? name[..^4] + "bias" : name;
        return current == name || all.ContainsKey(current) ? name : current;
    }

    private static bool IsInside(string path, string folder) => Directory.Exists(folder)
        && (path + Path.DirectorySeparatorChar).StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
