namespace ML.Extensions.Checkpoints;

/// <summary>A folder that exists until it is disposed, or until the program ends.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("mlext-").FullName;

    /// <summary>Makes an empty folder of the given name inside a new one.</summary>
    public TemporaryFolder(string name)
    {
        Path = Directory.CreateDirectory(System.IO.Path.Combine(_root, name)).FullName;
        AppDomain.CurrentDomain.ProcessExit += Delete;
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Writes a file below it.</summary>
    /// <exception cref="InvalidDataException">The name would leave the folder.</exception>
    public void Write(string name, byte[] content)
    {
        var file = System.IO.Path.GetFullPath(System.IO.Path.Combine(Path, name));
        if (!file.StartsWith(Path + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new InvalidDataException($"The pipeline's file holds a model file named '{name}', which would leave its folder.");
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, content);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= Delete;
        Delete(null, EventArgs.Empty);
    }

    // A file still mapped cannot be deleted on Windows; the system's own clean-up finds it then.
    private void Delete(object? sender, EventArgs e)
    {
        try
        {
            Directory.Delete(_root, recursive: true);
        }
        catch (Exception x) when (x is IOException or UnauthorizedAccessException)
        {
        }
    }
}
