using System.Reflection;

namespace ML.Extensions.Checkpoints;

/// <summary>Files that packages embed in their assemblies.</summary>
internal static class PackageResources
{
    /// <summary>A file of an assembly.</summary>
    /// <param name="assembly">The assembly's name, which the resource's begins with.</param>
    /// <param name="file">The rest of the resource's name behind ".Resources.".</param>
    /// <param name="known">Version of the package that is known to hold it; null where the package is of this project.</param>
    /// <exception cref="FileNotFoundException">The assembly is not beside the program.</exception>
    /// <exception cref="InvalidDataException">The assembly has no such file.</exception>
    public static byte[] Read(string assembly, string file, string? known = null)
    {
        var resource = $"{assembly}.Resources.{file}";
        using var stream = Load(assembly).GetManifestResourceStream(resource)
            ?? throw new InvalidDataException($"{assembly}: no resource '{resource}'. This version of the package is not known{(known is null ? "" : $"; {known} is")}.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static Assembly Load(string name)
    {
        try
        {
            return Assembly.Load(name);
        }
        catch (FileNotFoundException e)
        {
            throw new FileNotFoundException($"The model's assembly {name} is not beside the program. Add the package: dotnet add package {name}", e);
        }
    }
}
