namespace ML.Extensions;

/// <summary>What a batched transformer does for one cursor: reads input rows into slots, computes all of them in one go, hands values out.</summary>
internal abstract class BatchKernel : IDisposable
{
    /// <summary>Most rows of a batch.</summary>
    public abstract int Capacity { get; }

    /// <summary>Copies the current input row into a slot.</summary>
    public abstract void Read(int slot);

    /// <summary>Whether a batch of so many rows is large enough, by what they hold.</summary>
    public abstract bool IsFull(int count);

    /// <summary>Computes the outputs of slots 0 to count - 1.</summary>
    public abstract void Run(int count);

    /// <summary>A ValueGetter of the column's type that hands out the value of the slot asked for.</summary>
    /// <param name="output">Number of the output column.</param>
    /// <param name="slot">Current slot; computes the batch first, if that has not been done.</param>
    public abstract Delegate Getter(int output, Func<int> slot);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases what the kernel holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
