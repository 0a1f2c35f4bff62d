namespace ML.Extensions.LongText;

/// <summary>What a saved pipeline keeps of its model.</summary>
public enum ModelStorage
{
    /// <summary>The package's name or the folder's path and a content hash, checked on load.</summary>
    Reference,

    /// <summary>The model's files themselves.</summary>
    Weights,
}
