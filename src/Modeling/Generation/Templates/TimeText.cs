using System.Globalization;
using System.Text;

namespace ML.Extensions.Generation;

/// <summary>Times in the form of C's strftime, in English.</summary>
internal static class TimeText
{
    /// <summary>A time as text.</summary>
    /// <exception cref="TemplateError">A code of the format is not known.</exception>
    public static string Format(string format, DateTimeOffset time, TemplateCall call)
    {
        var text = new StringBuilder();
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                text.Append(format[i]);
                continue;
            }

            var bare = format[++i] == '-' && i + 1 < format.Length; // without leading zeros
            if (bare)
                i++;
            var part = Part(format[i], time) ?? throw call.Error($"does not know %{format[i]}. Known: %a %A %b %B %d %e %f %H %I %j %m %M %p %S %y %Y %z %Z %F %T %D %R %%.");
            text.Append(bare && part.TrimStart('0') is var stripped ? stripped.Length == 0 ? "0" : stripped : part);
        }

        return text.ToString();
    }

    private static string? Part(char code, DateTimeOffset t)
    {
        string Text(string format) => t.ToString(format, CultureInfo.InvariantCulture);
        return code switch
        {
            'a' => Text("ddd"),
            'A' => Text("dddd"),
            'b' or 'h' => Text("MMM"),
            'B' => Text("MMMM"),
            'd' => Text("dd"),
            'e' => t.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2),
            'f' => Text("ffffff"),
            'H' => Text("HH"),
            'I' => Text("hh"),
            'j' => t.DayOfYear.ToString("D3", CultureInfo.InvariantCulture),
            'm' => Text("MM"),
            'M' => Text("mm"),
            'p' => Text("tt"),
            'S' => Text("ss"),
            'y' => Text("yy"),
            'Y' => Text("yyyy"),
            'z' or 'Z' => "", // the time is without a zone
            'F' => Text("yyyy-MM-dd"),
            'T' => Text("HH:mm:ss"),
            'D' => Text("MM/dd/yy"),
            'R' => Text("HH:mm"),
            '%' => "%",
            _ => null,
        };
    }
}
