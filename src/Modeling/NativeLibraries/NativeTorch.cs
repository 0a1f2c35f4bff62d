using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Security.Cryptography;

namespace ML.Extensions.NativeLibraries;

/// <summary>
/// Makes TorchSharp load on Linux systems whose libstdc++ is older than GCC 13's. TorchSharp's library asks for the
/// version GLIBCXX_3.4.32 without using a symbol of it; where the plain load fails, a private copy with that need made
/// optional is loaded. The NuGet cache and the system stay untouched; on a healthy system nothing happens.
/// </summary>
public static class NativeTorch
{
    // File -> where the flags of its version need GLIBCXX_3.4.32 stand. 2 (VER_FLG_WEAK) makes it optional: its one symbol,
    // ios_base_library_init, is used by no relocation, so nothing else has to change.
    private static readonly Dictionary<string, int> Known = new()
    { ["CF33B1B0BB6BBB9754A768FB5C5D04D9F498603BE50E73F55621A0B40EE608B8"] = 0x3FA34 }; // TorchSharp 0.107.0, linux-x64
    private static readonly Lock Gate = new();
    private static IntPtr _handle;
    private static string _problem = "";
    /// <summary>Whether the adjusted copy is in use.</summary>
    public static bool Adjusted => _handle != 0;

#pragma warning disable CA2255 // users must not have to register a native fix-up themselves
    [ModuleInitializer]
    internal static void Hook()
    {
        var torch = typeof(TorchSharp.torch).Assembly; // loads the assembly; its static constructor does not run
        if (OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64)
            AssemblyLoadContext.GetLoadContext(torch)!.ResolvingUnmanagedDll += (asm, name) =>
                asm == torch && name == "LibTorchSharp" ? Resolve() : 0; // raised only after the plain load failed
    }
#pragma warning restore CA2255

    /// <summary>Loads libtorch now. A program that uses TorchSharp before any pipeline calls it first.</summary>
    /// <exception cref="PlatformNotSupportedException">libtorch cannot be loaded; the message says what is missing.</exception>
    public static void EnsureLoaded()
    {
        foreach (var name in (string[])["torch_cpu", "LibTorchSharp"])
            if (!NativeLibrary.TryLoad(name, typeof(TorchSharp.torch).Assembly, null, out _))
                throw new PlatformNotSupportedException($"{name} could not be loaded. {_problem} The program has to reference libtorch-cpu-<platform> 2.10.0.");
    }

    private static IntPtr Resolve()
    {
        lock (Gate)
            try { return _handle != 0 ? _handle : _handle = LoadCopy(); }
            catch (Exception e) when (Soft(e)) { _problem = e.Message; return 0; }
    }
    private static bool Soft(Exception e) => e is IOException or UnauthorizedAccessException or DllNotFoundException;

    private static IntPtr LoadCopy()
    {
        string[] dirs = [.. ((string?)AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") ?? "").Split(':'), AppContext.BaseDirectory];
        string Find(string name) => dirs.Select(d => Path.Combine(d, name)).FirstOrDefault(File.Exists) ?? throw new DllNotFoundException(name + " was not found.");
        var bytes = File.ReadAllBytes(Find("libLibTorchSharp.so"));
        var sha = Convert.ToHexString(SHA256.HashData(bytes));
        if (!Known.TryGetValue(sha, out var flags))
            throw new DllNotFoundException($"libLibTorchSharp.so (SHA-256 {sha}) is not one this version can adjust; it needs the libstdc++ of GCC 13.");
        bytes[flags] = 2;
        NativeLibrary.Load(Find("libtorch.so")); // the copy's $ORIGIN is elsewhere: loaded first, libtorch is matched by SONAME
        for (var dir = Path.GetTempPath(); ; dir = AppContext.BaseDirectory)
        {
            var copy = Path.Combine(dir, $"mlext-{Guid.NewGuid():N}.so");
            try { File.WriteAllBytes(copy, bytes); return NativeLibrary.Load(copy); }
            catch (Exception e) when (Soft(e) && dir != AppContext.BaseDirectory) { }
            finally { if (File.Exists(copy)) File.Delete(copy); } // the mapping outlives the name
        }
    }
}
