using ML.Extensions.Checkpoints;
using ML.Extensions.Kernels;
using ML.Extensions.Transformers;
using static TorchSharp.torch;

namespace ML.Extensions.Training;

/// <summary>
/// A BERT with a table of positions becomes one with rotary positions in every layer: the table goes, its mean row joins the token types,
/// and [CLS], which always stood first, takes what row 0 has beyond that mean. The form is E5-RoPE's (arXiv 2404.12096).
/// </summary>
/// <param name="Base">Rotary base b.</param>
internal sealed record RotaryTwin(double Base = 10_000) : ModelChange
{
    private const string Words = "embeddings.word_embeddings.weight", Types = "embeddings.token_type_embeddings.weight", Positions = "embeddings.position_embeddings.weight";

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The model is no BERT with a table of positions and token types.</exception>
    public override TrainingStart Apply(TrainingStart start)
    {
        var config = new ModelConfig(start.Config, start.Checkpoint.Name);
        if (config.Text("model_type", "") != "bert" || config.Text("position_embedding_type", "absolute") != "absolute" || config.Size("type_vocab_size", 1 << 10, 2, least: 0) == 0)
            throw new NotSupportedException($"{start.Checkpoint.Name}: only a BERT with a table of positions and token types has a rotary twin.");
        var first = start.Checkpoint.Tokenizer.Prefix;
        return start with
        {
            Config = start.With(
                ("position_embedding_type", "rope"), ("rope_theta", Base), ("rope_interleaved", false), ("model_type", "bert"), ("architectures", null)),
            Changed = anchor => new Folded(start.Checkpoint.Weights, anchor, config, first.Count > 0 ? first[0] : null),
        };
    }

    /// <summary>The file's weights with the table of positions folded in.</summary>
    private sealed class Folded(Weights weights, string anchor, ModelConfig config, int? firstId) : NamedWeights(weights, anchor)
    {
        public override Tensor ReadFloat(string name, params long[] shape)
        {
            using var scope = NewDisposeScope();
            var read = base.ReadFloat(name, shape).clone();
            if (name is Types or Words)
            {
                var table = base.ReadFloat(Positions, config.Size("max_position_embeddings", 1 << 24), config.Width());
                var mean = table.mean([0]);
                if (name == Types)
                    read.AddHeld(mean);
                else if (firstId is { } id)
                    read[id].AddHeld(table[0] - mean);
            }

            return read.MoveToOuterDisposeScope();
        }
    }
}
