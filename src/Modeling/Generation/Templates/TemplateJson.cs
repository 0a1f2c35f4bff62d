using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ML.Extensions.Generation;

/// <summary>JSON of a template's values, as Python's json.dumps writes it with ensure_ascii off; and values of JSON.</summary>
internal static class TemplateJson
{
    /// <summary>The filter tojson.</summary>
    public static string Write(object? value, TemplateCall call)
    {
        var spaces = call.Value(1, "indent") switch
        {
            long n => new string(' ', (int)Math.Clamp(n, 0, 64)),
            string s => s,
            _ => null,
        };
        var separators = call.Value(2, "separators") is TemplateList { Items: [string between, string behind] } ? (between, behind) : (spaces is null ? ", " : ",", ": ");
        var writer = new Writer(call, spaces, separators, call.Flag(0, "ensure_ascii"), call.Flag(3, "sort_keys"));
        writer.Write(value, 0);
        return writer.Output.ToString();
    }

    /// <summary>A value of JSON. Whole numbers that do not fit become fractions.</summary>
    public static object? Read(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                var map = new TemplateMap();
                foreach (var property in json.EnumerateObject())
                    map.Set(property.Name, Read(property.Value));
                return map;
            case JsonValueKind.Array:
                return new TemplateList([.. json.EnumerateArray().Select(Read)]);
            case JsonValueKind.String:
                return json.GetString();
            case JsonValueKind.Number:
                return json.TryGetInt64(out var n) ? (object)n : json.GetDouble();
            default:
                return json.ValueKind is JsonValueKind.True or JsonValueKind.False ? json.GetBoolean() : null;
        }
    }

    private sealed class Writer(TemplateCall call, string? spaces, (string Between, string Behind) separators, bool ascii, bool sorted)
    {
        public StringBuilder Output { get; } = new();

        public void Write(object? value, int depth)
        {
            call.Budget.SpendText(call.Line, value is string s ? s.Length : 4);
            switch (value)
            {
                case null:
                    Output.Append("null");
                    break;
                case bool b:
                    Output.Append(b ? "true" : "false");
                    break;
                case long n:
                    Output.Append(n);
                    break;
                case double d:
                    Output.Append(TemplateValues.Text(d));
                    break;
                case string text:
                    WriteText(text);
                    break;
                case TemplateList list:
                    WriteAll("[", list.Items, "]", depth, item => Write(item, depth + 1));
                    break;
                case TemplateMap map:
                    WriteMap(map, depth);
                    break;
                default:
                    throw call.Error($"cannot write {TemplateValues.Kind(value)} as JSON.");
            }
        }

        private void WriteMap(TemplateMap map, int depth)
        {
            var items = sorted ? map.Items.OrderBy(i => i.Key as string, StringComparer.Ordinal) : map.Items;
            WriteAll("{", items, "}", depth, item =>
            {
                WriteText(item.Key switch
                {
                    string text => text,
                    bool b => b ? "true" : "false",
                    _ => TemplateValues.Text(item.Key, call.Line, call.Budget),
                });
                Output.Append(separators.Behind);
                Write(item.Value, depth + 1);
            });
        }

        private void WriteAll<T>(string open, IEnumerable<T> items, string close, int depth, Action<T> write)
        {
            call.Budget.Enter(call.Line);
            Output.Append(open);
            var any = false;
            foreach (var item in items)
            {
                if (any)
                    Output.Append(separators.Between);
                any = true;
                NewLine(depth + 1);
                write(item);
            }

            if (any)
                NewLine(depth);
            Output.Append(close);
            call.Budget.Leave();
        }

        private void NewLine(int depth)
        {
            if (spaces is null)
                return;
            call.Budget.SpendText(call.Line, (long)spaces.Length * depth);
            Output.Append('\n');
            for (var i = 0; i < depth; i++)
                Output.Append(spaces);
        }

        private void WriteText(string text)
        {
            Output.Append('"');
            foreach (var c in text)
            {
                const string special = "\"\\\n\r\t\b\f", letters = "\"\\nrtbf";
                if (special.IndexOf(c, StringComparison.Ordinal) is >= 0 and var n)
                    Output.Append('\\').Append(letters[n]);
                else if (c < ' ' || (ascii && c > '~'))
                    Output.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
                else
                    Output.Append(c);
            }

            Output.Append('"');
        }
    }
}
