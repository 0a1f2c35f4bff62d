using System.Runtime.InteropServices;

namespace ML.Extensions.Devices;

/// <summary>
/// Lets glibc keep what a layer frees for the next one. By default it gives blocks of some megabytes back to the system at
/// once and fetches them again, page by page, which costs a third of an encoder's time. A program that has set any of
/// glibc's MALLOC_ variables has decided for itself and is left alone.
/// </summary>
internal static partial class FreedMemory
{
    private const int TrimThreshold = -1;
    private const int MapThreshold = -3;

    /// <summary>Blocks up to here come from the heap; glibc allows no more.</summary>
    private const int LargestBlock = 32 << 20;

    /// <summary>Free bytes at the end of a heap that are kept.</summary>
    private const int Kept = 256 << 20;

    /// <summary>Sets it for the process. Does nothing where the C library is another one.</summary>
    public static void Keep()
    {
        if (!OperatingSystem.IsLinux() || Environment.GetEnvironmentVariables().Keys.Cast<string>().Any(k => k.StartsWith("MALLOC_", StringComparison.Ordinal)))
            return;
        try
        {
            _ = mallopt(MapThreshold, LargestBlock);
            _ = mallopt(TrimThreshold, Kept);
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            // musl has neither the function nor the fault
        }
    }

    [LibraryImport("libc.so.6")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int mallopt(int parameter, int value);
}
