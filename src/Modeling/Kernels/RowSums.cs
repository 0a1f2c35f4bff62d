using System.Numerics;
using System.Runtime.CompilerServices;

namespace ML.Extensions.Kernels;

/// <summary>Sums of a byte product, rows <paramref name="step"/> apart: integers, or floats that hold integers.</summary>
/// <param name="pointer">[rows, step].</param>
/// <param name="step">Sums of a row.</param>
/// <param name="floats">Whether they are float32.</param>
internal readonly unsafe struct RowSums(void* pointer, int step, bool floats)
{
    /// <summary>Whether they are float32.</summary>
    public bool Floats => floats;

    /// <summary>A row's sums from one on.</summary>
    public void* Row(int row, int n) => (int*)pointer + ((long)row * step) + n; // both are four bytes

    /// <summary>So many sums as a vector holds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<int> Vector(int row, int n) => floats
        ? System.Numerics.Vector.ConvertToInt32(System.Numerics.Vector.Load((float*)pointer + ((long)row * step) + n))
        : System.Numerics.Vector.Load((int*)pointer + ((long)row * step) + n);

    /// <summary>One sum.</summary>
    public int this[int row, int n] => floats ? (int)((float*)pointer)[((long)row * step) + n] : ((int*)pointer)[((long)row * step) + n];
}
