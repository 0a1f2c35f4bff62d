using System.Text.Json;
using ML.Extensions.Positions;
using ML.Extensions.Tests.Conformance;
using ML.Extensions.Transformers;
using static TorchSharp.torch;

namespace ML.Extensions.Tests.Transformers;

/// <summary>A spec that uses most of what a spec can say, with random weights in memory.</summary>
internal sealed class ManyOptions : IDisposable
{
    public const int Width = 24, Heads = 4, KeyHeads = 2, HeadWidth = 8, Forward = 20, Vocabulary = 40, Rows = 64, RotaryWidth = 4;
    public const double RotaryBase = 500;

    private readonly Random _random = new(11);

    /// <param name="causal">Whether all layers are causal.</param>
    public ManyOptions(bool causal)
    {
        var config = JsonSerializer.SerializeToElement(new Dictionary<string, object>
        {
            ["hidden_size"] = Width, ["num_attention_heads"] = Heads, ["head_dim"] = HeadWidth, ["max_position_embeddings"] = Rows,
            ["rope_parameters"] = new Dictionary<string, object> { ["rope_type"] = "default", ["rope_theta"] = RotaryBase, ["partial_rotary_factor"] = 0.5 },
        });
        var turns = new PositionEncoding.Rotary(RotaryConfig.Read(config, null, "test"));
        var gemma = Layer("a.", causal, turns) with
        {
            AttentionResidual = new(Rms("a.n1", Width), Rms("a.n2", Width)),
            FeedForwardResidual = new(Rms("a.n3", Width), Rms("a.n4", Width)) { Multiplier = 0.7 },
        };
        gemma = gemma with
        {
            Attention = gemma.Attention with
            {
                QueryNorm = Rms("a.q", HeadWidth), KeyNorm = Rms("a.k", HeadWidth), SoftCap = 2, Reach = 5, Scale = 0.6,
            },
        };
        var parallel = Layer("b.", causal, new PositionEncoding.Linear(), KeyHeads: Heads) with
        {
            AttentionResidual = new(Plain("b.n1", Width)), FeedForwardResidual = new(Plain("b.n2", Width)), Parallel = true,
        };
        parallel = parallel with
        {
            Attention = parallel.Attention with
            {
                Inputs = new(Width, new RowsSpec("b.packed", 3 * Heads * HeadWidth)) { Bias = true, Layout = RowLayout.PerHead, LayoutHeads = Heads },
            },
            FeedForward = new(
                new(Width, new RowsSpec("b.fc", Forward)) { Bias = true, Layout = RowLayout.Transposed },
                new(Forward, new RowsSpec("b.out", Width)) { Bias = true, Layout = RowLayout.Transposed }, "gelu_new", Gated: false),
        };
        var post = Layer("c.", causal, new PositionEncoding.Buckets("c.buckets", 8, 16)) with
        {
            AttentionResidual = new(Behind: Plain("c.n1", Width)), FeedForwardResidual = new(Behind: Plain("c.n2", Width)),
        };
        post = post with
        {
            Attention = post.Attention with { QueryNorm = Rms("c.q", Heads * HeadWidth), KeyNorm = Rms("c.k", KeyHeads * HeadWidth) },
            FeedForward = post.FeedForward with { Up = new(Width, new RowsSpec("c.both", 2 * Forward)) { Layout = RowLayout.SwappedHalves }, Activation = "relu" },
        };
        var turning = Layer("d.", causal, turns with { Interleaved = true }) with
        {
            AttentionResidual = new(Rms("d.n1", Width)), FeedForwardResidual = new(Rms("d.n2", Width)),
        };
        Spec = new("many", 5, Width, Heads, Forward, Rows, Vocabulary)
        {
            Anchor = "words.weight",
            Embedding = new("words.weight", 12)
            {
                Scale = 1.5, Positions = "places.weight", PositionRows = Rows + 2, FirstPosition = 2, TokenTypes = "types.weight", TokenTypeRows = 2,
                Norm = Plain("norm0", 12), Projection = new(12, new RowsSpec("widen", Width)) { Bias = true },
            },
            Blocks = [gemma, parallel, post, turning, gemma],
            FinalNorm = Rms("last", Width),
            Head = new("head", false) { Multiplier = 1.7, SoftCap = 3 },
        };
        Fill();
        Oracle = new(Spec, Weights.Values, RotaryBase, RotaryWidth);
    }

    public TransformerSpec Spec { get; }

    public MemoryWeights Weights { get; } = new();

    public TransformerOracle Oracle { get; }

    public TransformerNetwork Network() => new(Spec, Weights, Precision.Float32, CPU, head: true);

    public void Dispose() => Weights.Dispose();

    private static NormSpec Rms(string name, int width) => new(name, width, 1e-5) { RootMeanSquare = true, Offset = 1 };

    private static NormSpec Plain(string name, int width) => new(name, width, 1e-4) { Bias = true };

    private static LayerSpec Layer(string at, bool causal, PositionEncoding positions, int KeyHeads = KeyHeads) => new()
    {
        Attention = new(Heads, KeyHeads, HeadWidth)
        {
            Inputs = new(Width, new RowsSpec(at + "q_", Heads * HeadWidth), new RowsSpec(at + "k_", KeyHeads * HeadWidth), new RowsSpec(at + "v_", KeyHeads * HeadWidth)) { Bias = true },
            Output = new(Heads * HeadWidth, new RowsSpec(at + "o_", Width)),
            Causal = causal,
            Scale = 1 / Math.Sqrt(HeadWidth),
            Positions = positions,
        },
        AttentionResidual = new(),
        FeedForward = new(
            new(Width, new RowsSpec(at + "gate", Forward), new RowsSpec(at + "up", Forward)), new(Forward, new RowsSpec(at + "down", Width)) { Bias = true }, "silu", Gated: true),
        FeedForwardResidual = new(),
    };

    private void Fill()
    {
        var e = Spec.Embedding;
        Add(e.Words, Vocabulary, e.Width);
        Add(e.Positions!, Rows + 2, e.Width);
        Add(e.TokenTypes!, 2, e.Width);
        Add(e.Norm);
        Add(e.Projection!);
        Add("c.buckets", 8, Heads);
        foreach (var layer in Spec.Blocks.Distinct())
        {
            foreach (var norm in (NormSpec?[])[layer.Attention.QueryNorm, layer.Attention.KeyNorm, layer.AttentionResidual.Before, layer.AttentionResidual.Inner, layer.AttentionResidual.Behind,
                layer.FeedForwardResidual.Before, layer.FeedForwardResidual.Inner, layer.FeedForwardResidual.Behind])
                Add(norm);
            foreach (var product in (ProjectionSpec[])[layer.Attention.Inputs, layer.Attention.Output, layer.FeedForward.Up, layer.FeedForward.Down])
                Add(product);
        }

        Add(Spec.FinalNorm);
        Add("head.weight", Vocabulary, Width);
    }

    private void Add(NormSpec? norm)
    {
        if (norm is null)
            return;
        Add(norm.Name + ".weight", norm.Width);
        Add(norm.Name + ".bias", norm.Width);
    }

    private void Add(ProjectionSpec product)
    {
        foreach (var part in product.Parts)
        {
            var turned = product.Layout == RowLayout.Transposed;
            Add(part.Name + ".weight", turned ? product.Inputs : part.Rows, turned ? part.Rows : product.Inputs);
            Add(part.Name + ".bias", part.Rows);
        }
    }

    private void Add(string name, params long[] shape) => Weights.Add(
        name, [.. Enumerable.Range(0, (int)shape.Aggregate((a, b) => a * b)).Select(_ => (float)((_random.NextDouble() - 0.5) * 0.9))], shape);
}
