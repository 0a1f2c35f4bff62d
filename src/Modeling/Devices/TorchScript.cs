using System.IO.Compression;
using System.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace ML.Extensions.Devices;

/// <summary>
/// Compiles TorchScript text in the process. It is handed over as an archive, since torch.jit.compile knows only the
/// operators under "torch": in an archive's text every operator of libtorch has a name, as in ops.mkldnn.
/// </summary>
internal static class TorchScript
{
    private static readonly Lazy<bool> MklDnn = new(ProbeMklDnn);

    /// <summary>
    /// Whether to use the operators under ops.mkldnn: this libtorch has them (text that names a missing one ends the
    /// process), and the switch ML.Extensions.PlainOperators is not set.
    /// </summary>
    public static bool HasMklDnn => !(AppContext.TryGetSwitch("ML.Extensions.PlainOperators", out var plain) && plain) && MklDnn.Value;

    /// <summary>Compiles methods: "def name(self, x: Tensor) -> Tensor:", indented by nothing, bodies by four spaces.</summary>
    public static jit.ScriptModule Load(string methods)
    {
        var text = new StringBuilder("class Text(Module):\n  __parameters__ = []\n  __buffers__ = []\n");
        foreach (var line in methods.ReplaceLineEndings("\n").Split('\n'))
            text.Append("  ").Append(line.Replace("(self,", "(self: __torch__.Text,", StringComparison.Ordinal)).Append('\n');
        using var archive = new MemoryStream();
        using (var zip = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true))
        {
            Put(zip, "data.pkl", [0x80, 2, .. "c__torch__\nText\n)"u8, 0x81, .. "}b."u8]); // an object without state
            Put(zip, "code/__torch__.py", Encoding.UTF8.GetBytes(text.ToString()));
            Put(zip, "constants.pkl", [0x80, 2, .. ")."u8]); // an empty tuple
            Put(zip, "version", "10\n"u8);
        }

        return jit.load(archive.ToArray());
    }

    /// <summary>
    /// Calls a method. Numbers go as scalars that live until it returns: those that invoke makes by itself are freed whenever the
    /// collector runs, also before the method has read them.
    /// </summary>
    /// <param name="text">Compiled text.</param>
    /// <param name="method">Name of the method.</param>
    /// <param name="arguments">Tensors, arrays of them, whole numbers, doubles, flags.</param>
    public static object Call(this jit.ScriptModule text, string method, params object[] arguments)
    {
        object[] kept = Array.ConvertAll(arguments, a => a switch
        {
            bool flag => flag.ToScalar(),
            int number => ((long)number).ToScalar(),
            long number => number.ToScalar(),
            double number => number.ToScalar(),
            _ => a,
        });
        var result = text.invoke(method, kept);
        foreach (var scalar in kept.OfType<Scalar>())
            scalar.Dispose();
        return result;
    }

    private static void Put(ZipArchive zip, string name, ReadOnlySpan<byte> bytes)
    {
        using var entry = zip.CreateEntry("text/" + name, CompressionLevel.NoCompression).Open();
        entry.Write(bytes);
    }

    private static bool ProbeMklDnn()
    {
        try
        {
            using var text = Load("def probe(self, x: Tensor) -> Tensor:\n    return torch.to_dense(torch.to_mkldnn(x))\n");
            using var one = ones(1);
            using var back = (Tensor)text.Call("probe", one);
            return true;
        }
        catch (System.Runtime.InteropServices.ExternalException)
        {
            return false; // a build of libtorch without oneDNN
        }
    }
}
