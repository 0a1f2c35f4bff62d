using System.Numerics;

namespace ML.Extensions.Kernels;

/// <summary>
/// Weights [N, K] of a product y = x · wᵀ as signed bytes with a scale for each output: w[n, k] = Scales[n] · q[n, k], q in -127..127.
/// Laid out in panels of 32 outputs, four k of an output side by side: what the dot-product instructions read.
/// </summary>
internal sealed unsafe class Int8Matrix : IDisposable
{
    /// <summary>Outputs of a panel.</summary>
    public const int Panel = 32;

    private readonly NativeArray<sbyte> _panels;
    private readonly NativeArray<float> _scales;
    private readonly NativeArray<int> _sums;

    /// <summary>Quantises <paramref name="weights"/> [N, K].</summary>
    public Int8Matrix(ReadOnlySpan<float> weights, int outputs, int inputs)
    {
        if (weights.Length != (long)outputs * inputs)
            throw new ArgumentException($"{weights.Length} weights; expected {outputs} x {inputs}.", nameof(weights));
        (Outputs, Inputs) = (outputs, inputs);
        PaddedInputs = (inputs + 3) / 4 * 4;
        PaddedOutputs = (outputs + Panel - 1) / Panel * Panel;
        _panels = new((long)PaddedOutputs * PaddedInputs);
        _scales = new(PaddedOutputs);
        _sums = new(PaddedOutputs);
        for (var n = 0; n < outputs; n++)
            Quantize(weights.Slice(n * inputs, inputs), n);
    }

    /// <summary>N.</summary>
    public int Outputs { get; }

    /// <summary>K.</summary>
    public int Inputs { get; }

    /// <summary>K rounded up to a multiple of four: the bytes of an input row.</summary>
    public int PaddedInputs { get; }

    /// <summary>N rounded up to whole panels: the columns of the product.</summary>
    public int PaddedOutputs { get; }

    /// <summary>Panels, each [PaddedInputs / 4, 32, 4].</summary>
    public sbyte* Panels => _panels.Pointer;

    /// <summary>[PaddedOutputs].</summary>
    public float* Scales => _scales.Pointer;

    /// <summary>Sum over k of each output's q, [PaddedOutputs]: takes the inputs' zero point out of a product.</summary>
    public int* Sums => _sums.Pointer;

    /// <summary>Bytes of memory.</summary>
    public long Bytes => _panels.Length + (8 * _scales.Length);

    /// <summary>The quantised weight at a place.</summary>
    public float this[int output, int input] => Scales[output] * Panels[Place(output, input)];

    /// <summary>The bytes in the order of the weights, [Outputs, PaddedInputs].</summary>
    public sbyte[] Rows()
    {
        var rows = new sbyte[Outputs * PaddedInputs];
        for (var i = 0; i < rows.Length; i++)
            rows[i] = Panels[Place(i / PaddedInputs, i % PaddedInputs)];
        return rows;
    }

    /// <summary>y += factor · column <paramref name="input"/> of the weights, outputs [from, to), from a multiple of 32; y[0] is output <paramref name="from"/>.</summary>
    public void AddColumn(int input, float factor, int from, int to, float* y)
    {
        var shift = 24 - (8 * (input % 4)); // the input's byte of four goes to the top, and back with its sign
        var block = (int*)(Panels + ((long)from * PaddedInputs)) + (input / 4 * Panel);
        for (var n = from; n < to; n += Panel, block += Panel * PaddedInputs / 4)
        {
            var i = 0;
            for (; i <= Math.Min(Panel, to - n) - Vector<int>.Count; i += Vector<int>.Count, y += Vector<int>.Count)
            {
                var q = Vector.ShiftRightArithmetic(Vector.ShiftLeft(Vector.Load(block + i), shift), 24);
                Vector.FusedMultiplyAdd(Vector.ConvertToSingle(q) * factor, Vector.Load(Scales + n + i), Vector.Load(y)).Store(y);
            }

            for (; i < Math.Min(Panel, to - n); i++)
                *y++ += (block[i] << shift >> 24) * factor * Scales[n + i];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _panels.Dispose();
        _scales.Dispose();
        _sums.Dispose();
    }

    private long Place(int n, int k) => ((long)(n / Panel) * Panel * PaddedInputs) + (k / 4 * 4 * Panel) + (n % Panel * 4) + (k % 4);

    private void Quantize(ReadOnlySpan<float> row, int n)
    {
        var most = 0f;
        foreach (var w in row)
            most = Math.Max(most, Math.Abs(w));
        Scales[n] = most / 127;
        var inverse = most > 0 ? 127 / most : 0;
        for (var k = 0; k < row.Length; k++)
        {
            var q = (sbyte)Math.Clamp(MathF.Round(row[k] * inverse), -127, 127);
            Panels[Place(n, k)] = q;
            Sums[n] += q;
        }
    }
}
