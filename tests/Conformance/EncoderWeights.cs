namespace ML.Extensions.Tests.Conformance;

/// <summary>Random weights of an encoder, added by the names that its files have.</summary>
internal sealed class EncoderWeights : MemoryWeights
{
    private readonly Random _random = new(11);

    public void Table(string name, int rows, int width) => Add(name + ".weight", Values(rows * width), [rows, width]);

    public void Product(string name, int outputs, int inputs, bool bias = true)
    {
        Table(name, outputs, inputs);
        if (bias)
            Add(name + ".bias", Values(outputs), [outputs]);
    }

    public void Norm(string name, int width)
    {
        Add(name + ".weight", [.. Values(width).Select(v => 1 + v)], [width]);
        Add(name + ".bias", Values(width), [width]);
    }

    private float[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)((_random.NextDouble() - 0.5) * 0.6))];
}
