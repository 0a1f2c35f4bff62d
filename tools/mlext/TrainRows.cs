using System.Globalization;
using System.Text.Json;
using CsvHelper;

namespace ML.Extensions.Tool;

/// <summary>Reads training rows from jsonl or csv.</summary>
internal static class TrainRows
{
    /// <summary>All rows of a file.</summary>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    /// <exception cref="InvalidDataException">A row lacks a field; the message names file, line and field.</exception>
    public static IReadOnlyList<TrainRow> Read(string path, TrainFields fields)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"The file of training rows '{path}' is not there.");
        IReadOnlyList<TrainRow> rows = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".jsonl" or ".ndjson" => [.. JsonLines(path, fields)],
            ".csv" => [.. Csv(path, fields)],
            var other => throw new InvalidDataException($"{path}: files of the kind '{other}' are not known. Known: .jsonl, .ndjson, .csv."),
        };
        return rows.Count > 0 ? rows : throw new InvalidDataException($"{path}: there are no rows.");
    }

    private static IEnumerable<TrainRow> JsonLines(string path, TrainFields fields)
    {
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            using var json = Parse(line, path, number);
            yield return Make(fields, $"{path}, line {number}", [.. json.RootElement.EnumerateObject().Select(p => p.Name)], field => json.RootElement.TryGetProperty(field, out var value) ? value.ToString() : null);
        }
    }

    private static JsonDocument Parse(string line, string path, int number)
    {
        try
        {
            var json = JsonDocument.Parse(line);
            return json.RootElement.ValueKind == JsonValueKind.Object ? json : throw new InvalidDataException($"{path}, line {number}: no JSON object.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}, line {number}: no JSON object: {e.Message}", e);
        }
    }

    private static IEnumerable<TrainRow> Csv(string path, TrainFields fields)
    {
        using var csv = CsvReader.FromFile(path);
        var headers = csv.Headers?.ToList() ?? [];
        for (var row = 1; csv.Read(); row++)
            yield return Make(fields, $"{path}, row {row}", headers, field => headers.IndexOf(field) is >= 0 and var at && at < csv.FieldCount ? csv.GetString(at) : null);
    }

    private static TrainRow Make(TrainFields fields, string place, IReadOnlyList<string> known, Func<string, string?> find)
    {
        string Field(string? name)
        {
            if (name is null)
                return "";
            var found = find(name) ?? throw new InvalidDataException($"{place}: there is no field '{name}'. It has: {string.Join(", ", known)}.");
            return string.IsNullOrWhiteSpace(found) ? throw new InvalidDataException($"{place}: field '{name}' is empty.") : found;
        }

        var score = fields.Score is null ? "0" : Field(fields.Score);
        return new()
        {
            Text = Field(fields.Text), Other = Field(fields.Other), Negative = Field(fields.Negative), Group = Field(fields.Group),
            Score = float.TryParse(score, CultureInfo.InvariantCulture, out var value) && float.IsFinite(value)
                ? value : throw new InvalidDataException($"{place}: field '{fields.Score}' is '{score}', not a number."),
        };
    }
}
