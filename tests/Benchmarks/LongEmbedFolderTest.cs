using System.IO.Compression;
using ML.Extensions.Benchmarks;
using Parquet;
using Parquet.Schema;

namespace ML.Extensions.Tests.Benchmarks;

[TestClass]
public class LongEmbedFolderTest
{
    [TestMethod]
    public void Load_ReadsJsonLines()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["narrativeqa"]);
        folder.Write("narrativeqa/corpus.jsonl", "{\"doc_id\": \"a\", \"text\": \"first\"}\n{\"doc_id\": \"b\", \"text\": \"second\"}\n");
        folder.Write("narrativeqa/queries.jsonl", "{\"qid\": 7, \"text\": \"which?\"}\n{\"qid\": 8, \"text\": \"what?\"}\n");
        using (var gzip = new GZipStream(File.Create(folder["narrativeqa/qrels.jsonl.gz"]), CompressionLevel.Fastest))
            gzip.Write("{\"qid\": 7, \"doc_id\": \"b\"}\n{\"qid\": 8, \"doc_id\": \"a\"}\n"u8);
        AssertSet(LongEmbedFolder.Load(folder[""], "narrativeqa", 0));
        Assert.HasCount(1, LongEmbedFolder.Load(folder[""], "narrativeqa", 1).Queries);
    }

    [TestMethod]
    public async Task Load_ReadsParquet_AlsoInParts()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["narrativeqa/corpus"]);
        await Write(folder["narrativeqa/corpus/0000.parquet"], ("doc_id", ["a"]), ("text", ["first"]));
        await Write(folder["narrativeqa/corpus/0001.parquet"], ("doc_id", ["b"]), ("text", ["second"]));
        await Write(folder["narrativeqa/queries-00000-of-00001.parquet"], ("qid", ["7", "8"]), ("text", ["which?", "what?"]));
        await Write(folder["narrativeqa/qrels.parquet"], ("doc_id", ["b", "a"]), ("qid", ["7", "8"]));
        AssertSet(LongEmbedFolder.Load(folder[""], "narrativeqa", 0));
    }

    [TestMethod]
    public async Task Load_WhatIsMissingIsNamed()
    {
        using var folder = new TempFolder();
        Assert.Contains("no table 'corpus'", Assert.ThrowsExactly<ArgumentException>(() => LongEmbedFolder.Load(folder[""], "2wikimqa", 0)).Message);
        Directory.CreateDirectory(folder["2wikimqa"]);
        folder.Write("2wikimqa/corpus.jsonl", "{\"id\": \"a\"}\n");
        folder.Write("2wikimqa/queries.jsonl", "");
        folder.Write("2wikimqa/qrels.jsonl", "");
        Assert.Contains("line 1: there is no 'doc_id'", Assert.ThrowsExactly<ArgumentException>(() => LongEmbedFolder.Load(folder[""], "2wikimqa", 0)).Message);
        File.Delete(folder["2wikimqa/corpus.jsonl"]);
        await Write(folder["2wikimqa/corpus.parquet"], ("doc_id", ["a"]), ("body", ["x"]));
        Assert.Contains("no column 'text'", Assert.ThrowsExactly<ArgumentException>(() => LongEmbedFolder.Load(folder[""], "2wikimqa", 0)).Message);
    }

    private static void AssertSet(RetrievalSet set)
    {
        CollectionAssert.AreEqual(new[] { "first", "second" }, set.Documents.ToArray());
        CollectionAssert.AreEqual(new[] { "7", "8" }, set.QueryIds.ToArray());
        CollectionAssert.AreEqual(new[] { 1, 0 }, set.Relevant.Select(r => r.Single()).ToArray());
    }

    private static async Task Write(string path, params (string Name, string[] Values)[] columns)
    {
        var fields = Array.ConvertAll(columns, c => new DataField<string>(c.Name));
        await using var file = File.Create(path);
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), file);
        using var group = writer.CreateRowGroup();
        foreach (var (field, column) in fields.Zip(columns))
            await group.WriteAsync(field, column.Values);
    }
}
