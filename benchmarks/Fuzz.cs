namespace ML.Extensions.Benchmarks;

/// <summary>
/// Claim: a damaged config, tokenizer or weight file is opened or refused with one clear error; nothing crashes, hangs, or
/// takes memory beyond twice the file more than the whole file does.
/// </summary>
internal static class Fuzz
{
    private static readonly string[] Numbers = ["-1", "0", "1e400", "4294967296", "9223372036854775807", "0.5", "null", "true", "\"\"", "[]", "{}"];
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(20);

    public static int Run(string[] args)
    {
        var options = new Arguments(args, "files", "seed", "data");
        var (wanted, random) = (options.Number("files", 10_000), new Random(options.Number("seed", 1)));
        var shared = options.Text("data", Path.Combine(Path.GetDirectoryName(Repository.Root)!, "shared"));
        var (errors, accepted, crashes, hangs, over) = (0, 0, 0, 0, 0);
        var folder = Directory.CreateTempSubdirectory("mlext-fuzz-").FullName;
        try
        {
            var seeds = FuzzSeed.Of(shared).GroupBy(s => s.Kind).Select(g => g.Select(s => (Seed: s, Good: Prepare(s, folder))).Where(s => s.Good.Bytes.Length > 0).ToArray()).ToArray();
            for (var i = 0; i < wanted; i++)
            {
                var kind = seeds[i % seeds.Length];
                var (seed, (bytes, allowed)) = kind[random.Next(kind.Length)];
                var path = Write(seed, Damage(bytes, random), folder);
                var (outcome, allocated) = Try(() => seed.Use(path));
                over += allocated > allowed ? 1 : 0;
                if (outcome is null)
                    accepted++;
                else if (outcome is InvalidDataException or NotSupportedException && outcome.Message.Length > 10)
                    errors++;
                else if (outcome is TimeoutException)
                    hangs++;
                else
                    crashes++;
                if (allocated > allowed || outcome is not (null or InvalidDataException or NotSupportedException))
                    Console.WriteLine($"{i}: {seed.Path}: {allocated:N0} of {allowed:N0} bytes; {outcome}");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        ResultLine.Write("fuzz", ("files", wanted), ("clear_errors", errors), ("accepted", accepted), ("crashes", crashes), ("hangs", hangs), ("memory_over", over));
        return crashes + hangs + over > 0 ? 1 : 0;
    }

    /// <summary>The good file's bytes, and what a damaged one may allocate: what the good one does, and twice the file.</summary>
    private static (byte[] Bytes, long Allowed) Prepare(FuzzSeed seed, string folder)
    {
        var bytes = seed.Read();
        var path = Write(seed, bytes, folder);
        long most = 0;
        for (var i = 0; i < 2; i++) // the first time pays for what lives on
        {
            var (outcome, allocated) = Try(() => seed.Use(path));
            if (outcome is not null)
            {
                Console.WriteLine($"left out, refused whole: {seed.Path}: {outcome.Message}");
                return ([], 0);
            }

            most = Math.Max(most, allocated);
        }

        return (bytes, most + (2L * bytes.Length) + (1 << 20));
    }

    private static string Write(FuzzSeed seed, byte[] bytes, string folder)
    {
        foreach (var old in Directory.GetFiles(folder))
            File.Delete(old);
        var path = Path.Combine(folder, Path.GetFileName(seed.Path));
        using var file = File.Create(path);
        file.Write(bytes);
        if (seed.Path.EndsWith(".gguf", StringComparison.Ordinal))
            file.SetLength(Math.Max(bytes.Length, new FileInfo(seed.Path).Length)); // the tensors: zeros that take no room
        return path;
    }

    private static (Exception? Outcome, long Allocated) Try(Action action)
    {
        Exception? outcome = new TimeoutException($"It took more than {Hang.TotalSeconds} seconds.");
        long allocated = 0;
        var thread = new Thread(() =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Exception? thrown = null;
            try
            {
                action();
            }
            catch (Exception e)
            {
                thrown = e;
            }

            (allocated, outcome) = (GC.GetAllocatedBytesForCurrentThread() - before, thrown);
        }) { IsBackground = true };
        thread.Start();
        thread.Join(Hang);
        return (outcome, allocated);
    }

    /// <summary>One to three changes: bits, bytes, a cut, a repeated or dropped part, another number in the text.</summary>
    private static byte[] Damage(byte[] good, Random random)
    {
        List<byte> bytes = [.. good];
        for (var n = random.Next(1, 4); n > 0 && bytes.Count > 0; n--)
        {
            // Half of the places lie in the first 4 KiB, where headers are.
            var at = random.Next(random.Next(2) == 0 ? bytes.Count : Math.Min(bytes.Count, 4_096));
            var length = random.Next(1, Math.Min(16, bytes.Count - at) + 1);
            switch (random.Next(7))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2 when random.Next(4) == 0:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 3:
                    bytes.RemoveRange(at, length);
                    break;
                case 4:
                    bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, length));
                    break;
                case 5:
                    for (var i = 0; i < length; i++)
                        bytes[at + i] = (byte)(random.Next(2) * 255);
                    break;
                default:
                    var digit = bytes.FindIndex(at, b => b is >= (byte)'0' and <= (byte)'9');
                    if (digit >= 0)
                    {
                        bytes.RemoveAt(digit);
                        bytes.InsertRange(digit, System.Text.Encoding.ASCII.GetBytes(Numbers[random.Next(Numbers.Length)]));
                    }

                    break;
            }
        }

        return [.. bytes];
    }
}
