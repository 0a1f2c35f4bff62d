namespace ML.Extensions.AnsweringModel.Texts;

/// <summary>Parts of names as documentation writes them, and the first sentence of a text.</summary>
internal static class Names
{
    /// <summary>"System.Collections.Generic.List&lt;T&gt;" to "List&lt;T&gt;".</summary>
    public static string Short(string type)
    {
        var generic = type.IndexOf('<', StringComparison.Ordinal);
        var dot = type.LastIndexOf('.', generic < 0 ? type.Length - 1 : generic);
        return type[(dot + 1)..];
    }

    /// <summary>"File.Open(String)" to "File.Open"; a type's name stays.</summary>
    public static string WithoutParameters(string header) => header.Split('(')[0];

    /// <summary>"File.Open(String)" to "Open"; null for a type or a constructor.</summary>
    public static string? Member(string header) =>
        WithoutParameters(header) is var name && !name.Contains(' ', StringComparison.Ordinal) && name.LastIndexOf('.') is > 0 and var dot ? name[(dot + 1)..] : null;

    /// <summary>"File.Open(String)" to "File"; null for a type or a constructor.</summary>
    public static string? Declaring(string header) =>
        Member(header) is { } member ? WithoutParameters(header)[..^(member.Length + 1)] : null;

    /// <summary>A text up to the first full stop that ends a sentence.</summary>
    public static string FirstSentence(string text)
    {
        for (var i = text.IndexOf(". ", StringComparison.Ordinal); i >= 0; i = text.IndexOf(". ", i + 1, StringComparison.Ordinal))
            if (i + 2 < text.Length && char.IsUpper(text[i + 2]) && i > 2 && text[i - 2] != '.')
                return text[..(i + 1)];
        return text;
    }
}
