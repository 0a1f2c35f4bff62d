namespace ML.Extensions.Benchmarks;

/// <summary>
/// A task out of a copy of the data set dwzhu/LongEmbed: tables corpus (doc_id, text), queries (qid, text) and qrels
/// (qid, doc_id) in the folder TASK, each as TABLE.jsonl, TABLE.jsonl.gz, TABLE.parquet, TABLE-*.parquet or TABLE/*.parquet.
/// </summary>
internal static class LongEmbedFolder
{
    /// <summary>Reads a task.</summary>
    /// <param name="folder">The copy of the data set.</param>
    /// <param name="task">Folder in it.</param>
    /// <param name="documents">Leading documents kept, with their queries; 0 keeps all.</param>
    public static RetrievalSet Load(string folder, string task, int documents)
    {
        var corpus = Rows(folder, task, "corpus", "doc_id", "text");
        var queries = Rows(folder, task, "queries", "qid", "text");
        var answers = Rows(folder, task, "qrels", "qid", "doc_id").ToLookup(r => r[0], r => r[1], StringComparer.Ordinal);
        return RetrievalSet.From(
            task,
            corpus.Take(documents > 0 ? documents : int.MaxValue).Select(r => (r[0], r[1])),
            queries.Select(r => (r[0], r[1])),
            q => answers[q]);
    }

    private static IEnumerable<string[]> Rows(string folder, string task, string table, params string[] columns)
    {
        var path = Path.Combine(folder, task);
        string[] files =
        [
            .. new[] { ".jsonl", ".jsonl.gz", ".parquet" }.Select(e => Path.Combine(path, table + e)).Where(File.Exists).Take(1),
        ];
        if (files.Length == 0 && Directory.Exists(path))
            files = [.. Directory.GetFiles(path, table + "-*.parquet").Order(StringComparer.Ordinal)];
        if (files.Length == 0 && Directory.Exists(Path.Combine(path, table)))
            files = [.. Directory.GetFiles(Path.Combine(path, table), "*.parquet").Order(StringComparer.Ordinal)];
        if (files.Length == 0)
            throw new ArgumentException($"{path} has no table '{table}': {table}.jsonl, {table}.jsonl.gz, {table}.parquet, {table}-*.parquet or {table}/*.parquet.");
        return files.SelectMany(f => f.EndsWith(".parquet", StringComparison.Ordinal) ? ParquetRows.Read(f, columns) : JsonlRows.Read(f, columns));
    }
}
