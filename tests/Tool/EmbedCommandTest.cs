using System.Text.Json;
using ML.Extensions.Tool;
using Parquet;

namespace ML.Extensions.Tests.Tool;

[TestClass]
public class EmbedCommandTest
{
    private const int ManyRows = 600;

    [TestMethod]
    public async Task Embed_GoesOnAfterAKill()
    {
        using var folder = new TempFolder();
        var input = folder.Write("in.jsonl", string.Concat(Enumerable.Range(0, ManyRows).Select(
            i => JsonSerializer.Serialize(new { body = $"Document number {i} tells of {i % 7} cats and {i % 11} dogs." }) + "\n")));
        string[] Command(string output) => ["embed", input, "--field", "body", "-o", folder[output]];
        Assert.AreEqual(0, (await MlextProcess.Run(Command("whole.jsonl"))).ExitCode);

        using (var process = MlextProcess.Start(Command("killed.jsonl")))
        {
            while (!File.Exists(folder["killed.jsonl.journal"]))
            {
                Assert.IsFalse(process.HasExited, "It ended before it could be killed.");
                await Task.Delay(5);
            }

            process.Kill();
            await process.WaitForExitAsync();
        }

        Assert.IsFalse(File.Exists(folder["killed.jsonl"]));
        await File.AppendAllTextAsync(folder["killed.jsonl.part"], "{\"id\":\"half a row");
        var (code, _, error) = await MlextProcess.Run(Command("killed.jsonl"));
        Assert.AreEqual(0, code, error);
        StringAssert.Contains(error, "Going on after", StringComparison.Ordinal);
        AssertSame(Rows(folder["whole.jsonl"]), Rows(folder["killed.jsonl"]));
        Assert.IsFalse(File.Exists(folder["killed.jsonl.part"]) || File.Exists(folder["killed.jsonl.journal"]));
    }

    [TestMethod]
    public async Task Embed_ReadsCsvAndWritesParquet()
    {
        using var folder = new TempFolder();
        var input = folder.Write("in.csv", "id,body\n1,\"a, quoted\nbody\"\n2,second\n");
        Assert.AreEqual(0, (await MlextProcess.Run(["embed", input, "--column", "body", "-o", folder["o.jsonl"]])).ExitCode);
        Assert.AreEqual(0, (await MlextProcess.Run(["embed", input, "--column", "body", "-o", folder["o.parquet"]])).ExitCode);
        var rows = Rows(folder["o.jsonl"]);
        CollectionAssert.AreEqual(new[] { "0", "1" }, rows.Select(r => r.Id).ToArray());
        await using var reader = await ParquetReader.CreateAsync(folder["o.parquet"]);
        using var group = reader.OpenRowGroupReader(0);
        Assert.AreEqual(2, group.RowCount);
        var ids = new string?[2];
        await group.ReadAsync(reader.Schema.DataFields[0], ids.AsMemory());
        CollectionAssert.AreEqual(new[] { "0", "1" }, ids);
        var expected = rows.SelectMany(r => r.Embedding).ToArray();
        var (values, defined, repeated) = (new float[expected.Length], new int[expected.Length], new int[expected.Length]);
        await group.ReadRawAsync<float>(reader.Schema.DataFields[2], values.AsMemory(), defined.AsMemory(), repeated.AsMemory());
        CollectionAssert.AreEqual(expected, values);
        Assert.AreEqual(2, repeated.Count(r => r == 0));
    }

    [TestMethod]
    public async Task Embed_TakesEmptyInput()
    {
        using var folder = new TempFolder();
        var (code, _, error) = await MlextProcess.Run(["embed", folder.Write("in.jsonl", ""), "-o", folder["o.jsonl"]]);
        Assert.AreEqual(0, code, error);
        Assert.AreEqual(0, new FileInfo(folder["o.jsonl"]).Length);
    }

    [TestMethod]
    public async Task Embed_SaysWhatIsWrongInOneLine()
    {
        using var folder = new TempFolder();
        await Refused(1, "no column 'none'. It has: id, body.", "embed", folder.Write("in.csv", "id,body\n1,x\n"), "--column", "none", "-o", folder["o.jsonl"]);
        await Refused(1, "in.jsonl, line 1: no field 'none'. It has: text.", "embed", folder.Write("in.jsonl", "{\"text\":\"x\"}\n"), "--field", "none", "-o", folder["o.jsonl"]);
        await Refused(2, "must end in .jsonl or .parquet", "embed", folder["in.jsonl"], "-o", folder["o.txt"]);
        await Refused(2, "--folder DIR or --api", "search", "query");
        Assert.IsEmpty(Directory.GetFiles(folder.Root, "o.*"));
        folder.Write("o.jsonl", "finished");
        await Refused(1, "is there already", "embed", folder["in.jsonl"], "-o", folder["o.jsonl"]);
    }

    private static async Task Refused(int exitCode, string message, params string[] arguments)
    {
        var (code, _, error) = await MlextProcess.Run(arguments);
        Assert.AreEqual(exitCode, code, error);
        StringAssert.Contains(error, message, StringComparison.Ordinal);
        Assert.HasCount(1, error.TrimEnd().Split('\n'), error);
    }

    private static OutputRow[] Rows(string file) =>
        [.. File.ReadLines(file).Select(l => JsonSerializer.Deserialize<OutputRow>(l, OutputRow.Json)!)];

    private static void AssertSame(OutputRow[] expected, OutputRow[] actual)
    {
        CollectionAssert.AreEqual(Enumerable.Range(0, ManyRows).Select(i => $"{i}").ToArray(), actual.Select(r => r.Id).ToArray());
        foreach (var (e, a) in expected.Zip(actual))
            Assert.IsGreaterThan(0.999f, e.Embedding.Zip(a.Embedding, (x, y) => x * y).Sum(), $"row {e.Id}");
    }
}
