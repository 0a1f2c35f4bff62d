namespace ML.Extensions.AnsweringModel.Texts;

/// <summary>What a line of documentation says.</summary>
internal enum ApiFactKind
{
    /// <summary>What a type or member is for.</summary>
    Summary,

    /// <summary>What a parameter means.</summary>
    Parameter,

    /// <summary>What a member gives back.</summary>
    Returns,

    /// <summary>When an exception is thrown.</summary>
    Throws,
}
