namespace ML.Extensions.AnsweringModel.Questions;

/// <summary>What is asked.</summary>
internal enum QuestionKind
{
    /// <summary>What a type is for.</summary>
    Type,

    /// <summary>What a member does.</summary>
    Member,

    /// <summary>What a parameter means.</summary>
    Parameter,

    /// <summary>What a member returns.</summary>
    Returns,

    /// <summary>When a member throws an exception.</summary>
    When,

    /// <summary>Which exception a member throws.</summary>
    Exception,

    /// <summary>Which type declares a member.</summary>
    Declares,

    /// <summary>What the type is for that a line of another type's documentation names: it takes an edge.</summary>
    Linked,

    /// <summary>What no segment says.</summary>
    Absent,

    /// <summary>How a text of a segment goes on: it teaches to copy, and is not measured.</summary>
    Continue,
}
