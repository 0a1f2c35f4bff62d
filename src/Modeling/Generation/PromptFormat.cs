namespace ML.Extensions.Generation;

/// <summary>How a prompt reaches the model.</summary>
public enum PromptFormat
{
    /// <summary>As a chat where the model has a chat template, else as it is.</summary>
    Auto,

    /// <summary>As a chat; a model without a chat template is an error.</summary>
    Chat,

    /// <summary>As it is, behind the tokenizer's own first token: the model goes on with the text.</summary>
    Plain,
}
