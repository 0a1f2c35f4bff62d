using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ML.Extensions.LongText;
using ML.Extensions.Search;

namespace ML.Extensions.Tool;

/// <summary>
/// Embeds an input block by block. Rows go to OUTPUT.part, each block flushed before OUTPUT.journal counts it; a run
/// that finds both cuts the part to what the journal counts, skips those rows of the input and goes on. When all is
/// done, the part becomes the output.
/// </summary>
internal sealed class EmbedRun(EmbedOptions options, ProgressLine progress, CancellationToken cancellation)
{
    private const int BlockRows = 64;
    private const long BlockCharacters = 100_000;
    private readonly string _part = options.Output + ".part";
    private readonly string _journal = options.Output + ".journal";
    private string _texts = "";

    /// <summary>Runs to the end, or until cancelled.</summary>
    /// <exception cref="IOException">The output is there already.</exception>
    public void Run()
    {
        if (File.Exists(options.Output) && !options.Overwrite)
            throw new IOException($"'{options.Output}' is there already. Take it away, or add --overwrite.");
        var info = EmbeddingModelInfo.Read(options.Model, options.Adapter);
        var fingerprint = options.Fingerprint(info);
        using var rows = options.Rows.Read().GetEnumerator();
        if (!File.Exists(_part))
            File.Delete(_journal); // of a run that was killed between its last two steps
        var precision = options.Precision == Precision.Auto ? EmbedJournal.Read(_journal)?.Precision ?? Precision.Auto : options.Precision;
        using var embedder = new RowEmbedder(options with { Precision = precision }, cancellation);
        using var part = new FileStream(_part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        try
        {
            EmbedRest(rows, part, embedder, fingerprint, info.Dimensions);
        }
        catch when (!File.Exists(_journal))
        {
            part.Dispose();
            File.Delete(_part); // nothing is done yet
            throw;
        }
    }

    private void EmbedRest(IEnumerator<InputRow> rows, FileStream part, RowEmbedder embedder, string fingerprint, int dimensions)
    {
        var done = Resume(rows, part, fingerprint);
        long count = 0, tokens = 0;
        foreach (var block in Blocks(rows))
        {
            cancellation.ThrowIfCancellationRequested();
            var embedded = embedder.Embed(block);
            Append(part, block, embedded);
            done += block.Count;
            new EmbedJournal(fingerprint, done, part.Position, _texts, embedder.Precision).Write(_journal);
            progress.Report(null, count += block.Count, tokens += embedded.Sum(e => (long)e.Tokens));
        }

        Finish(part, dimensions);
        progress.End(string.Create(CultureInfo.InvariantCulture,
            $"{options.Output}: {done:N0} rows, {count:N0} of them and {tokens:N0} tokens in {progress.Elapsed.TotalSeconds:F1} s."));
    }

    /// <summary>Rows that are done already: the input stands behind them, the part file ends with them.</summary>
    private long Resume(IEnumerator<InputRow> rows, FileStream part, string fingerprint)
    {
        if (EmbedJournal.Read(_journal) is not { } journal)
        {
            part.SetLength(0);
            return 0;
        }

        var stale = journal.Fingerprint != fingerprint ? "the model or the options differ"
            : part.Length < journal.Bytes ? "the part file is shorter than the journal says" : null;
        if (stale is null)
        {
            long skipped = 0;
            while (skipped < journal.Rows && rows.MoveNext())
            {
                _texts = Chain(rows.Current);
                skipped++;
            }

            if (skipped < journal.Rows || _texts != journal.Texts)
                stale = "the input has changed";
        }

        if (stale is not null)
        {
            throw new InvalidDataException(
                $"'{_part}' is of another run: {stale}. Take '{_part}' and '{_journal}' away to start anew.");
        }

        part.SetLength(journal.Bytes);
        part.Position = journal.Bytes;
        progress.End(string.Create(CultureInfo.InvariantCulture, $"Going on after {journal.Rows:N0} rows."));
        return journal.Rows;
    }

    private IEnumerable<IReadOnlyList<InputRow>> Blocks(IEnumerator<InputRow> rows)
    {
        var block = new List<InputRow>();
        long characters = 0;
        while (rows.MoveNext())
        {
            block.Add(rows.Current);
            _texts = Chain(rows.Current);
            characters += rows.Current.Text.Length;
            if (block.Count < BlockRows && characters < BlockCharacters)
                continue;
            yield return block;
            (block, characters) = ([], 0);
        }

        if (block.Count > 0)
            yield return block;
    }

    private string Chain(InputRow row) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{_texts}\0{row.Id}\0{row.Text}")));

    private static void Append(FileStream part, IReadOnlyList<InputRow> rows, IReadOnlyList<EmbeddedText> embedded)
    {
        using var buffer = new MemoryStream();
        for (var i = 0; i < rows.Count; i++)
        {
            JsonSerializer.Serialize(buffer, new OutputRow(rows[i].Id, embedded[i].Tokens, embedded[i].Embedding), OutputRow.Json);
            buffer.WriteByte((byte)'\n');
        }

        part.Write(buffer.GetBuffer(), 0, (int)buffer.Length);
        part.Flush(flushToDisk: true);
    }

    private void Finish(FileStream part, int dimensions)
    {
        part.Dispose();
        if (ParquetOutput.Is(options.Output))
        {
            var aside = options.Output + ".new";
            ParquetOutput.Write(_part, aside, dimensions, cancellation).GetAwaiter().GetResult();
            File.Move(aside, options.Output, overwrite: true);
            File.Delete(_journal);
            File.Delete(_part);
            return;
        }

        File.Move(_part, options.Output, overwrite: true);
        File.Delete(_journal);
    }
}
