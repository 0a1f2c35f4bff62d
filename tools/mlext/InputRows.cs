using System.Globalization;
using System.Text;
using System.Text.Json;
using CsvHelper;
using ML.Extensions.Search;

namespace ML.Extensions.Tool;

/// <summary>The rows of an input: .jsonl, .csv, a folder, or standard input. Ids are a folder's paths, else row numbers from 0.</summary>
/// <param name="Input">A file, a folder, or "-".</param>
/// <param name="Field">Property of jsonl that holds the text; standard input without it has a text a line.</param>
/// <param name="Column">Column of csv that holds the text.</param>
internal sealed record InputRows(string Input, string? Field, string? Column)
{
    private const string DefaultName = "text";

    /// <summary>Reads lazily, so that inputs of any size go through.</summary>
    /// <exception cref="InvalidDataException">The input is no such file, or lacks the field or column.</exception>
    public IEnumerable<InputRow> Read()
    {
        if (Input == "-")
        {
            var lines = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false));
            return Field is null ? Lines(lines) : JsonLines(lines, "standard input", Field);
        }

        if (Directory.Exists(Input))
            return FolderDocuments.Read(Input, Console.Error.WriteLine).Select(d => new InputRow(d.Id, d.Text));
        if (!File.Exists(Input))
            throw new FileNotFoundException($"The input '{Input}' is not there.");
        return Path.GetExtension(Input).ToLowerInvariant() switch
        {
            ".jsonl" or ".ndjson" => JsonLines(new(Input), Input, Field ?? DefaultName),
            ".csv" => Csv(Column ?? DefaultName),
            var other => throw new InvalidDataException($"{Input}: files of the kind '{other}' are not known. Known: .jsonl, .ndjson, .csv, a folder, and - for standard input."),
        };
    }

    private static IEnumerable<InputRow> Lines(StreamReader reader)
    {
        using var _ = reader;
        for (long row = 0; reader.ReadLine() is { } line; row++)
            yield return new(Number(row), line);
    }

    private static IEnumerable<InputRow> JsonLines(StreamReader reader, string origin, string field)
    {
        using var _ = reader;
        long row = 0;
        for (long number = 1; reader.ReadLine() is { } line; number++)
        {
            if (string.IsNullOrWhiteSpace(line))
                continue;
            yield return new(Number(row++), JsonText(line, string.Create(CultureInfo.InvariantCulture, $"{origin}, line {number}"), field));
        }
    }

    private static string JsonText(string line, string where, string field)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new InvalidDataException($"{where}: found {document.RootElement.ValueKind}, expected an object with a field '{field}'.");
            if (!document.RootElement.TryGetProperty(field, out var value))
            {
                var known = document.RootElement.EnumerateObject().Select(p => p.Name);
                throw new InvalidDataException($"{where}: no field '{field}'. It has: {string.Join(", ", known)}. Name it with --field.");
            }

            return value.ValueKind switch
            {
                JsonValueKind.String => value.GetString()!,
                JsonValueKind.Null => "",
                var kind => throw new InvalidDataException($"{where}: the field '{field}' is {kind}, expected a string."),
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"{where}: no JSON: {e.Message}", e);
        }
    }

    private IEnumerable<InputRow> Csv(string column)
    {
        using var csv = CsvReader.FromFile(Input);
        if (csv.Headers is not { Count: > 0 } headers)
            yield break;
        var at = headers.ToList().IndexOf(column);
        if (at < 0)
            throw new InvalidDataException($"{Input}: no column '{column}'. It has: {string.Join(", ", headers)}. Name it with --column.");
        for (long row = 0; csv.Read(); row++)
        {
            if (at >= csv.FieldCount)
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{Input}, row {row + 1}: {csv.FieldCount} fields, but the column '{column}' is number {at + 1}."));
            yield return new(Number(row), csv.GetString(at));
        }
    }

    private static string Number(long row) => row.ToString(CultureInfo.InvariantCulture);
}
