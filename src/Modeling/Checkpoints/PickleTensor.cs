namespace ML.Extensions.Checkpoints;

/// <summary>A view of a storage.</summary>
/// <param name="Storage">Where the elements lie.</param>
/// <param name="Offset">First element.</param>
/// <param name="Shape">Dimensions.</param>
/// <param name="Strides">Elements from one index to the next, per dimension.</param>
internal sealed record PickleTensor(PickleStorage Storage, long Offset, long[] Shape, long[] Strides)
{
    /// <summary>Number of elements from the first to the last that the view reaches.</summary>
    public long Span { get; } = Shape.Contains(0) ? 0 : 1 + Shape.Zip(Strides, (n, s) => (n - 1) * s).Sum();

    /// <summary>Checks that the view lies within its storage and is not larger than it.</summary>
    public static PickleTensor Checked(PickleStorage storage, long offset, long[] shape, long[] strides, string origin)
    {
        Int128 last = offset, count = 1;
        var good = shape.Length == strides.Length && shape.Length <= 64 && offset >= 0;
        for (var d = 0; good && d < shape.Length; d++)
        {
            good = shape[d] >= 0 && shape[d] <= storage.Count && strides[d] >= 0;
            last += (Int128)Math.Max(shape[d] - 1, 0) * strides[d];
            count *= shape[d];
            good &= count <= storage.Count && (count == 0 || last < storage.Count);
        }

        good &= count == 0 ? offset <= storage.Count : last < storage.Count;
        return good ? new PickleTensor(storage, offset, shape, strides) : throw CheckpointErrors.Broken(
            origin, $"a tensor of shape {CheckpointErrors.Text(shape)}, strides {CheckpointErrors.Text(strides)} and offset {offset} does not fit its storage '{storage.Key}' of {storage.Count} elements.");
    }
}
