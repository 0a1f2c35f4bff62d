namespace ML.Extensions.Generation;

/// <summary>Numbers that follow from a seed, the same on every machine and version. Source: SplitMix64, Steele et al., OOPSLA 2014.</summary>
internal sealed class SeededDraws(int seed)
{
    private ulong _state = unchecked((ulong)seed);

    /// <summary>The next number, evenly from 0 up to 1 without 1.</summary>
    public double Next()
    {
        unchecked
        {
            var z = _state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return ((z ^ (z >> 31)) >> 11) * (1.0 / (1L << 53));
        }
    }
}
