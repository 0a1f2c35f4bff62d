using ML.Extensions.Checkpoints;
using ML.Extensions.Transformers;
using static ML.Extensions.Kernels.HeldNumbers;
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
    private const int MostParts = 4;
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

    /// <summary>
    /// Lets neighbours learn together: each new row's gradient becomes the mean of those of the rows that stand as far behind their old row, up to so many old
    /// rows away. A row meets few texts; without this, short trainings move it by chance. For interpolated rows.
    /// </summary>
    /// <param name="encoder">The model that this change was applied to.</param>
    /// <param name="reach">Old rows to each side.</param>
    public void Smooth(TrainableEncoder encoder, int reach)
    {
        var (old, stride) = (encoder.SourceWindow, Window / encoder.SourceWindow);
        encoder.Parameter(Table).Shaped = gradient => // [L', D]
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            var lines = gradient.view(1, old, -1).transpose(1, 2); // [1, s·D, L]
            var mean = nn.functional.avg_pool1d(lines, (2 * reach) + 1, 1, reach, count_include_pad: false);
            gradient.copy_(mean.transpose(1, 2).reshape(old * stride, -1));
        };
    }

    /// <summary>The same batches, each text at places of its own in the new window.</summary>
    /// <param name="stream">Texts.</param>
    /// <param name="seed">Decides the places.</param>
    public TrainingStream Place(TrainingStream stream, int seed) => TrainingStream.From(step =>
    {
        var batch = stream.Batch(step);
        var random = new Random(RowStream.HashCode(seed, step));
        return batch with { Positions = [.. batch.Texts.Select(t => Places(t.Length, random))] };
    });

    /// <summary>
    /// Positions of a text that train rows all over the new window: the first token, which a vector may be made of, stays at 0 as in a long text; the
    /// others come in up to four stretches with gaps between them. Source: PoSE, arXiv 2309.10400, as LongEmbed uses it, but with more than one gap.
    /// </summary>
    /// <param name="length">Tokens of the text, at most the new window.</param>
    /// <param name="random">Decides the gaps.</param>
    /// <returns>[length], rising.</returns>
    public float[] Places(int length, Random random)
    {
        var parts = Math.Max(1, Math.Min(1 + random.Next(MostParts), length - 1));
        var cuts = Enumerable.Range(0, parts - 1).Select(_ => 1 + random.Next(length - 1)).Append(1).Order().ToArray();
        var gaps = Enumerable.Range(0, parts).Select(_ => random.Next(Window - length + 1)).Order().ToArray();
        var positions = new float[length];
        for (int i = 1, part = 0; i < length; i++)
        {
            while (part + 1 < parts && cuts[part + 1] <= i)
                part++;
            positions[i] = i + gaps[part];
        }

        return positions;
    }

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
            var part = Range(0, stride, ScalarType.Float32).div(Number(stride)).view(1, -1, 1);
            var lines = lerp(table.unsqueeze(1), next.unsqueeze(1), part); // [L, s, D]
            lines.select(1, 0).copy_(table);
            return lines.reshape(tuning.Window, width).MoveToOuterDisposeScope();
        }
    }
}
