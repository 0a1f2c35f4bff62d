namespace ML.Extensions.AnsweringModel.Texts;

/// <summary>A line of a type's documentation, by what it says.</summary>
/// <param name="Kind">Summary, Parameter, Returns or Throws.</param>
/// <param name="Header">Whom it is said of: the type's full name, or a member as its heading has it, "Utf8JsonWriter.Flush()".</param>
/// <param name="Label">The parameter's name, or the exception's; else empty.</param>
/// <param name="Text">What is said.</param>
internal sealed record ApiFact(ApiFactKind Kind, string Header, string Label, string Text);
