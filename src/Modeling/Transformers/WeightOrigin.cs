using ML.Extensions.Kernels;
using static TorchSharp.torch;

namespace ML.Extensions.Transformers;

/// <summary>From which tensors of a file one of the network's is made, and the way back.</summary>
/// <param name="Parts">Names in the file and their rows, in the order in which they stand below each other.</param>
internal sealed record WeightOrigin(IReadOnlyList<RowsSpec> Parts)
{
    /// <summary>How the file holds it.</summary>
    public RowLayout Layout { get; init; }

    /// <summary>Heads whose rows stand together in <see cref="RowLayout.PerHead"/>.</summary>
    public int LayoutHeads { get; init; }

    /// <summary>What reading added to each number.</summary>
    public double Offset { get; init; }

    /// <summary>Name for messages and frozen names: the parts' names, joined by '+'.</summary>
    public string Name => string.Join('+', Parts.Select(p => p.Name));

    /// <summary>A tensor that is one of the file's.</summary>
    public static WeightOrigin Of(string name, long rows) => new([new(name, (int)rows)]);

    /// <summary>A product's matrix or bias.</summary>
    public static WeightOrigin Of(ProjectionSpec spec, string end) => new([.. spec.Parts.Select(p => new RowsSpec(p.Name + end, p.Rows))])
    {
        Layout = spec.Layout == RowLayout.Transposed && end == ".bias" ? RowLayout.Plain : spec.Layout,
        LayoutHeads = spec.LayoutHeads,
    };

    /// <summary>The file's tensors; they belong to the current scope.</summary>
    public IEnumerable<(string Name, Tensor Value)> Back(Tensor value)
    {
        var rows = Order(Offset == 0 ? value : value.Plus(-Offset));
        long at = 0;
        foreach (var part in Parts)
        {
            var own = Parts.Count == 1 ? rows : rows.narrow(0, at, part.Rows);
            at += part.Rows;
            yield return (part.Name, Layout == RowLayout.Transposed ? own.t() : own);
        }
    }

    private Tensor Order(Tensor rows) => Layout switch
    {
        RowLayout.PerHead => rows.view([3, LayoutHeads, rows.shape[0] / (3 * LayoutHeads), .. rows.shape[1..]]).transpose(0, 1).reshape(rows.shape),
        RowLayout.SwappedHalves => rows.roll(rows.shape[0] / 2, 0),
        _ => rows,
    };
}
