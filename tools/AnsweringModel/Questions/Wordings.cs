namespace ML.Extensions.AnsweringModel.Questions;

/// <summary>How questions are put: {0} is a type or member, {1} a parameter, an exception or the beginning of a text.</summary>
internal static class Wordings
{
    private static readonly Dictionary<QuestionKind, string[]> All = new()
    {
        [QuestionKind.Type] = ["What is {0} for?", "What is {0}?", "What is the type {0} for?", "What does {0} do?", "Describe {0}.", "what is {0}"],
        [QuestionKind.Member] = ["What does {0} do?", "What is {0} for?", "What is {0}?", "Describe {0}.", "what does {0} do"],
        [QuestionKind.Parameter] =
        [
            "What does the parameter '{1}' of {0} mean?", "What is the parameter '{1}' of {0}?", "What does the parameter {1} of {0} mean?", "What is '{1}' in {0}?",
            "In {0}, what is '{1}'?", "What is '{1}' of {0}?", "{0}: what does the parameter '{1}' mean?", "what does {1} mean in {0}",
        ],
        [QuestionKind.Returns] = ["What does {0} return?", "What is returned by {0}?", "What is the return value of {0}?", "What do I get from {0}?", "what does {0} return"],
        [QuestionKind.When] = ["When does {0} throw {1}?", "When is {1} thrown by {0}?", "Why does {0} throw {1}?", "In which case does {0} throw {1}?", "when does {0} throw {1}"],
        [QuestionKind.Exception] = ["Which exception does {0} throw?", "What exception is thrown by {0}?", "Which exception can {0} throw?", "what exception does {0} throw"],
        [QuestionKind.Declares] = ["Which type declares {0}?", "Which type has the member {0}?", "Of which type is {0} a member?", "Which class has {0}?", "which type declares {0}"],
        [QuestionKind.Continue] = ["Go on: {1}", "How does it go on: {1}"],
    };

    // What the asked line is, where the question is about a type that it names.
    private static readonly string[] Linked = ["What is the type for that {0} names?", "{0} names a type: what is it for?", "What is the type that {0} names?"];

    /// <summary>A question of a kind.</summary>
    public static string Of(QuestionKind kind, string name, string label, Random random)
    {
        var forms = All[kind];
        return forms[random.Next(forms.Length)].Replace("{0}", name, StringComparison.Ordinal).Replace("{1}", label, StringComparison.Ordinal);
    }

    /// <summary>A question about the type that a parameter, or a return value, names.</summary>
    public static string OfLinked(string name, string label, Random random)
    {
        var line = label.Length > 0 ? $"the parameter {label} of {name}" : $"the return value of {name}";
        var text = Linked[random.Next(Linked.Length)].Replace("{0}", line, StringComparison.Ordinal);
        return char.ToUpperInvariant(text[0]) + text[1..];
    }
}
