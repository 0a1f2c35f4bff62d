using System.Globalization;
using ML.Extensions.Checkpoints;
using ML.Extensions.Devices;
using ML.Extensions.Encoders;

namespace ML.Extensions.LongText;

/// <summary>What an embedding model says of itself.</summary>
public sealed record EmbeddingModelInfo
{
    private EmbeddingModelInfo()
    {
    }

    /// <summary>The folder's or package's name.</summary>
    public string Name { get; private init; } = "";

    /// <summary>Architecture, as in config.json's model_type: "bert".</summary>
    public string Family { get; private init; } = "";

    /// <summary>Number of parameters of the encoder.</summary>
    public long Parameters { get; private init; }

    /// <summary>Number of layers.</summary>
    public int Layers { get; private init; }

    /// <summary>Attention heads of a layer; 0 where there is no attention.</summary>
    public int Heads { get; private init; }

    /// <summary>Heads of keys and values, which several query heads share; <see cref="Heads"/> where none do.</summary>
    public int KeyHeads { get; private init; }

    /// <summary>Whether a token sees only those before it.</summary>
    public bool Causal { get; private init; }

    /// <summary>How the model knows the order of its tokens, in words: for rotary ones form, base and width.</summary>
    public string Positions { get; private init; } = "";

    /// <summary>Floats in a vector.</summary>
    public int Dimensions { get; private init; }

    /// <summary>Tokens that the model takes by itself, special ones included; <see cref="int.MaxValue"/> where there is no bound (static embeddings).</summary>
    public int Window { get; private init; }

    /// <summary>Kind of vocabulary: "WordPiece".</summary>
    public string Tokenizer { get; private init; } = "";

    /// <summary>Number of token ids.</summary>
    public int VocabularySize { get; private init; }

    /// <summary>Pooling modes; several are laid side by side.</summary>
    public IReadOnlyList<PoolingMode> Pooling { get; private init; } = [];

    /// <summary>Prompts by name.</summary>
    public IReadOnlyDictionary<string, string> Prompts { get; private init; } = new Dictionary<string, string>();

    /// <summary>Name of the prompt used where none is asked for; null is none.</summary>
    public string? DefaultPromptName { get; private init; }

    /// <summary>How the model's vectors are compared; cosine unless the model says otherwise.</summary>
    public SimilarityFunction Similarity { get; private init; }

    /// <summary>SHA-256 over every file that decides the embedding, hexadecimal.</summary>
    public string ContentHash { get; private init; } = "";

    /// <summary>Context extensions that apply, each with what it does to a text beyond the window.</summary>
    public IReadOnlyDictionary<string, string> Extensions { get; private init; } = new Dictionary<string, string>();

    /// <summary>What <see cref="ContextExtension.Auto"/> means for the model.</summary>
    public ContextExtension AutoExtension { get; private init; } = ContextExtension.None;

    /// <summary>Whether Auto also multiplies attention logits by ln length / ln window.</summary>
    public bool AutoLogLengthScaling { get; private init; }

    /// <summary>Opens a model, reads what it says of itself and closes it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="adapter">Folder of a LoRA adapter in PEFT's layout that is added to its weights; null is none.</param>
    /// <exception cref="InvalidDataException">A file of the model or the adapter is missing or wrong; the message names it.</exception>
    /// <exception cref="NotSupportedException">The architecture is not known.</exception>
    public static EmbeddingModelInfo Read(EmbeddingModel model, string? adapter = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var checkpoint = EmbeddingCheckpoints.Open(model, adapter);
        using var encoder = TextEncoders.Create(
            checkpoint.Config, checkpoint.Weights, Precision.Float32, ComputeDevice.Cpu, checkpoint.Name);
        var window = Math.Min(checkpoint.MaxSequenceLength, encoder.Config.Window);
        var (auto, scaled) = AutoExtensions.Choose(encoder, chunks: false);
        var width = checkpoint.Heads.Aggregate(
            checkpoint.Pooling.Count * encoder.Config.Width, (w, head) => head.OutputWidth(w));
        return new()
        {
            Name = checkpoint.Name,
            Family = encoder.Config.Family,
            Parameters = encoder.ParameterCount,
            Layers = encoder.Config.Layers,
            Heads = encoder.Config.Heads,
            KeyHeads = checkpoint.Config.Count("num_key_value_heads", checkpoint.Name) ?? encoder.Config.Heads,
            Causal = encoder.Causal,
            Positions = Words(encoder),
            Dimensions = checkpoint.TruncateDimensions ?? width,
            Window = window,
            Tokenizer = checkpoint.Tokenizer.Kind,
            VocabularySize = checkpoint.Tokenizer.VocabularySize,
            Pooling = checkpoint.Pooling,
            Prompts = checkpoint.Prompts,
            DefaultPromptName = checkpoint.DefaultPromptName,
            Similarity = checkpoint.Similarity,
            ContentHash = checkpoint.ContentHash,
            Extensions = Effects(encoder, window),
            AutoExtension = auto,
            AutoLogLengthScaling = scaled,
        };
    }

    private static string Words(TextEncoder encoder) => encoder.Positions switch
    {
        PositionKind.Rotary when encoder.Rotary is { } rotary => string.Create(
            CultureInfo.InvariantCulture, $"rotary, form {rotary.Scaling.Name}, base {rotary.Base:N0}, {rotary.Dimension} numbers of a head turn"),
        PositionKind.Rotary => "rotary",
        PositionKind.Absolute => string.Create(CultureInfo.InvariantCulture, $"a table of {encoder.Config.Window:N0}"),
        PositionKind.Sinusoidal => "sinusoidal",
        PositionKind.Linear => "ALiBi",
        PositionKind.Relative => "relative",
        _ => "none",
    };

    private static SortedDictionary<string, string> Effects(TextEncoder encoder, int window)
    {
        if (encoder.Config.Family == StaticEmbedding.Family)
            return new(StringComparer.Ordinal) { ["none"] = "a text of any length is the mean of its tokens' vectors" };
        var most = encoder.Positions == PositionKind.Absolute ? ", at most the last trained position" : "";
        return new(ExtensionFit.Names(encoder).ToDictionary(n => n, Effect, StringComparer.Ordinal), StringComparer.Ordinal);

        string Effect(string name) => name switch
        {
            "none" => $"cut at {window} tokens, or refused",
            "pcw" => $"windows of {window} tokens are embedded apart and averaged",
            "gp" => $"s neighbours share a position: p becomes floor(p / s), s = ceil(length / {window})",
            "rp" => $"positions start again: p becomes p mod {window}",
            "pi" => $"positions between the trained ones: p becomes p / s, s = ceil(length / {window}){most}",
            "plain" => $"positions go on beyond {window} as they are",
            "ntk" => string.Create(CultureInfo.InvariantCulture,
                $"rotary base {encoder.Rotary?.Base:N0} becomes {3 * encoder.Rotary?.Base:N0} at {2L * window:N0} tokens, {5 * encoder.Rotary?.Base:N0} at {4L * window:N0}, {10 * encoder.Rotary?.Base:N0} at {8L * window:N0}, {20 * encoder.Rotary?.Base:N0} at {16L * window:N0}"),
            "ntk-aware" => $"rotary base times s^(d/(d-2)), s = ceil(length / {window})",
            "dynamic" => $"rotary base times (length / {window})^(d/(d-2))",
            "yarn" => $"slow rotations are divided by s = ceil(length / {window}), fast ones stay; logits grow with ln s",
            "longrope" => "rotations are slowed by the factors of config.json",
            _ => $"tokens nearer than {window} / s see each other as trained, others in groups of s + 1",
        };
    }
}
