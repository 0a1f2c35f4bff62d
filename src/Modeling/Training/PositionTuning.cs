using ML.Extensions.Checkpoints;
using ML.Extensions.Transformers;
using static TorchSharp.torch;

namespace ML.Extensions.Training;

/// <summary>
/// A BERT with more rows in its table of positions; only the new rows are trained, all else keeps its bits. Texts within the old window meet the rows
/// that they always had. Source: LongEmbed, arXiv 2404.12096, section 4 and appendix B.
/// </summary>
/// <param name="Window">Rows of the new table L'.</param>
/// <param name="Interpolated">
/// Where new rows begin: true puts the old rows s = L' / L apart and begins with points on the lines between them; false repeats the old rows behind
/// themselves. Both are the inference strategies PI and RP until they are trained.
/// </param>
internal sealed record PositionTuning(int Window, bool Interpolated = true) : ModelChange
{
    private const string Table = "embeddings.position_embeddings.weight";

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The model is no BERT with a table of positions as the file brought it.</exception>
    /// <exception cref="ArgumentException">The new window is no multiple of the old one.</exception>
    public override TrainingStart Apply(TrainingStart start)
    {
        var config = new ModelConfig(start.Config, start.Checkpoint.Name);
        if (config.Text("model_type", "") != "bert" || config.Text("position_embedding_type", "absolute") != "absolute" || config.Size("position_stride", 1 << 16, 1) != 1)
            throw new NotSupportedException($"{start.Checkpoint.Name}: only a BERT whose table of positions has not been stretched yet can have its positions tuned.");
        var old = config.Rows("max_position_embeddings");
        if (Window <= old || Window % old != 0)
            throw new ArgumentException($"{start.Checkpoint.Name}: the window of {old} tokens can become a multiple of it, not {Window}.");
        return start with
        {
            Config = start.With(("max_position_embeddings", Window), ("position_stride", Interpolated ? Window / old : null)),
            Window = Window,
            Changed = anchor => new Stretched(start.Checkpoint.Weights, anchor, config.Width(), old, this),
        };
    }

    /// <summary>Freezes all but the new rows.</summary>
    /// <param name="encoder">The model that this change was applied to.</param>
    public void Freeze(TrainableEncoder encoder)
    {
        var old = encoder.SourceWindow;
        encoder.Freeze(_ => true);
        var stride = Window / old;
        encoder.Parameter(Table).Train(Interpolated
            ? [.. Enumerable.Range(0, old).Select(i => (((long)i * stride) + 1, stride - 1L))] : [(old, Window - old)]);
    }

    /// <summary>The same batches, each text at a place of its own in the new window: positions u, u + 1, …, with u from 0 to L' - L. Source: PoSE's idea, as LongEmbed uses it.</summary>
    /// <param name="stream">Texts of at most L tokens.</param>
    /// <param name="old">L.</param>
    /// <param name="seed">Decides the places.</param>
    public TrainingStream Place(TrainingStream stream, int old, int seed) => TrainingStream.From(step =>
    {
        var batch = stream.Batch(step);
        var random = new Random(RowStream.HashCode(seed, step));
        return batch with
        {
            Positions = [.. batch.Texts.Select(t =>
            {
                var first = random.Next(Window - old + 1);
                return (float[])[.. Enumerable.Range(first, t.Length).Select(p => (float)p)];
            })],
        };
    });

    /// <summary>The file's weights with the longer table.</summary>
    private sealed class Stretched(Weights weights, string anchor, int width, int old, PositionTuning tuning) : NamedWeights(weights, anchor)
    {
        public override Tensor ReadFloat(string name, params long[] shape)
        {
            if (name != Table)
                return base.ReadFloat(name, shape);
            using var scope = NewDisposeScope();
            var table = base.ReadFloat(name, old, width); // [L, D]
            var stride = tuning.Window / old;
            if (!tuning.Interpolated)
                return table.repeat(stride, 1).MoveToOuterDisposeScope();
            var next = cat([table.narrow(0, 1, old - 1), table.narrow(0, old - 1, 1)]); // the last row has no right neighbour and stays
            var part = arange(stride, ScalarType.Float32).div(stride).view(1, -1, 1);
            var lines = lerp(table.unsqueeze(1), next.unsqueeze(1), part); // [L, s, D]
            lines.select(1, 0).copy_(table);
            return lines.reshape(tuning.Window, width).MoveToOuterDisposeScope();
        }
    }
}
