namespace ML.Extensions.Benchmarks;

/// <summary>How the segments of a context stand.</summary>
internal enum FactOrder
{
    /// <summary>By chance.</summary>
    Shuffled,

    /// <summary>Each source before its target, but for one on the cycle.</summary>
    SourcesFirst,

    /// <summary>The segment that the first question names is first.</summary>
    AskedFirst,

    /// <summary>It is last.</summary>
    AskedLast,
}
