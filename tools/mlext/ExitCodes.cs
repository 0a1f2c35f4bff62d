namespace ML.Extensions.Tool;

/// <summary>What the program returns.</summary>
internal static class ExitCodes
{
    /// <summary>The input, the model or a file is not as it should be; standard error has a line about it.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>Ctrl+C.</summary>
    public const int Cancelled = 130;
}
