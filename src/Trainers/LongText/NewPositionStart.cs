namespace ML.Extensions.LongText;

/// <summary>Where the new rows of a table of positions begin.</summary>
public enum NewPositionStart
{
    /// <summary>On the lines between old rows, which stand apart then (position interpolation).</summary>
    Interpolated,

    /// <summary>As copies of the old rows, again and again (recurrent positions).</summary>
    Repeated,
}
