namespace ML.Extensions.Generation;

/// <summary>
/// Cuts a template into tokens as Jinja does with trim_blocks and lstrip_blocks: a line break behind a tag goes, and so do blanks
/// before a tag that begins a line; '-' takes all white space on its side, '+' keeps it.
/// </summary>
internal sealed class TemplateLexer
{
    private static readonly string[] LongSymbols = ["==", "!=", ">=", "<=", "//", "**"];
    private const string ShortSymbols = "+-/*%~[](){}><=.:|,;";

    private readonly string _source;
    private readonly List<TemplateToken> _tokens = [];
    private int _at, _line = 1;
    private bool _lineStarts = true; // what was taken last ends in a line break

    private TemplateLexer(string source) => _source = source;

    /// <summary>Tokens of a template; the last one is its end.</summary>
    /// <exception cref="TemplateError">A tag or a quoted text does not end, or a character has no meaning.</exception>
    public static List<TemplateToken> Read(string source)
    {
        source = source.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        var lexer = new TemplateLexer(source.EndsWith('\n') ? source[..^1] : source);
        while (lexer._at < lexer._source.Length)
            lexer.ReadText();
        lexer.Add(TemplateTokenKind.End, "");
        return lexer._tokens;
    }

    /// <summary>Text up to a tag, then the tag.</summary>
    private void ReadText()
    {
        var open = _at;
        do
        {
            open = _source.IndexOf('{', open);
        }
        while (open >= 0 && (open + 1 >= _source.Length || _source[open + 1] is not ('{' or '%' or '#')) && ++open > 0);
        if (open < 0)
        {
            AddText(_source[_at..]);
            _at = _source.Length;
            return;
        }

        var (text, kind, sign) = (_source[_at..open], _source[open + 1], open + 2 < _source.Length ? _source[open + 2] : ' ');
        var lines = text.Count(c => c == '\n');
        if (sign == '-')
            text = text.TrimEnd();
        else if (sign != '+' && kind != '{')
            text = WithoutIndent(text);
        AddText(text);
        _line += lines - text.Count(c => c == '\n');
        _at = open + (sign is '-' or '+' ? 3 : 2);
        _lineStarts = false;
        if (kind == '#')
            SkipComment();
        else if (kind == '%' && WordIs(_at, "raw", out var end))
            ReadRaw(end);
        else
            ReadTag(kind == '{' ? "{{" : "{%");
    }

    private string WithoutIndent(string text)
    {
        var start = text.LastIndexOf('\n') + 1;
        return (start > 0 || _lineStarts) && string.IsNullOrWhiteSpace(text[start..]) ? text[..start] : text;
    }

    private void AddText(string text)
    {
        if (text.Length > 0)
            Add(TemplateTokenKind.Text, text);
        _line += text.Count(c => c == '\n');
    }

    private void SkipComment()
    {
        var end = _source.IndexOf("#}", _at, StringComparison.Ordinal);
        if (end < 0)
            throw new TemplateError(_line, "a comment does not end: there is no '#}'.");
        _line += _source.AsSpan(_at, end - _at).Count('\n');
        var sign = end > _at ? _source[end - 1] : ' ';
        _at = end + 2;
        Leave(sign, trims: true);
    }

    private void ReadRaw(int end)
    {
        _at = end;
        if (!TryClose("%}", out _, trims: false))
            throw new TemplateError(_line, "'raw' takes nothing.");
        for (var open = _source.IndexOf("{%", _at, StringComparison.Ordinal); open >= 0; open = _source.IndexOf("{%", open + 1, StringComparison.Ordinal))
        {
            var sign = open + 2 < _source.Length ? _source[open + 2] : ' ';
            if (!WordIs(open + (sign is '-' or '+' ? 3 : 2), "endraw", out var after))
                continue;
            var text = _source[_at..open];
            AddText(sign == '-' ? text.TrimEnd() : sign == '+' ? text : WithoutIndent(text));
            _at = after;
            if (!TryClose("%}", out _, trims: true))
                throw new TemplateError(_line, "'endraw' takes nothing.");
            return;
        }

        throw new TemplateError(_line, "'raw' has no 'endraw'.");
    }

    private bool WordIs(int at, string word, out int end)
    {
        while (at < _source.Length && char.IsWhiteSpace(_source[at]))
            at++;
        end = at + word.Length;
        return string.CompareOrdinal(_source, at, word, 0, word.Length) == 0 && (end >= _source.Length || !IsNamePart(_source[end]));
    }

    private void ReadTag(string open)
    {
        var (close, depth, line) = (open == "{{" ? "}}" : "%}", 0, _line);
        Add(TemplateTokenKind.Open, open);
        while (true)
        {
            SkipBlanks();
            if (_at >= _source.Length)
                throw new TemplateError(line, $"a tag does not end: there is no '{close}'.");
            if (depth == 0 && TryClose(close, out var closed, trims: close == "%}"))
            {
                Add(TemplateTokenKind.Close, closed);
                return;
            }

            var before = _tokens.Count;
            ReadToken();
            if (_tokens[before] is { Kind: TemplateTokenKind.Symbol, Text: "(" or "[" or "{" })
                depth++;
            else if (_tokens[before] is { Kind: TemplateTokenKind.Symbol, Text: ")" or "]" or "}" } && --depth < 0)
                throw new TemplateError(_line, $"'{_tokens[before].Text}' closes nothing.");
        }
    }

    /// <summary>Takes a tag's end, with its sign and the white space that goes with it.</summary>
    private bool TryClose(string close, out string closed, bool trims)
    {
        SkipBlanks();
        closed = close;
        var sign = _at < _source.Length && (_source[_at] == '-' || (_source[_at] == '+' && close == "%}")) ? _source[_at] : ' ';
        if (string.CompareOrdinal(_source, _at + (sign == ' ' ? 0 : 1), close, 0, 2) != 0)
            return false;
        _at += sign == ' ' ? 2 : 3;
        Leave(sign, trims);
        return true;
    }

    /// <summary>What goes behind a tag.</summary>
    private void Leave(char sign, bool trims)
    {
        var start = _at;
        if (sign == '-')
            SkipBlanks();
        else if (trims && sign != '+' && _at < _source.Length && _source[_at] == '\n')
            (_at, _line) = (_at + 1, _line + 1);
        _lineStarts = _at > start && _source[_at - 1] == '\n';
    }

    private void SkipBlanks()
    {
        for (; _at < _source.Length && char.IsWhiteSpace(_source[_at]); _at++)
            _line += _source[_at] == '\n' ? 1 : 0;
    }

    private void ReadToken()
    {
        var c = _source[_at];
        if (c is '"' or '\'')
            Add(TemplateTokenKind.Quoted, QuotedText.Read(_source, ref _at, ref _line));
        else if (char.IsAsciiDigit(c))
            ReadNumber();
        else if (IsNamePart(c))
        {
            var start = _at;
            while (_at < _source.Length && IsNamePart(_source[_at]))
                _at++;
            Add(TemplateTokenKind.Name, _source[start.._at]);
        }
        else if (LongSymbols.FirstOrDefault(s => string.CompareOrdinal(_source, _at, s, 0, 2) == 0) is { } symbol)
        {
            Add(TemplateTokenKind.Symbol, symbol);
            _at += 2;
        }
        else if (ShortSymbols.Contains(c, StringComparison.Ordinal))
        {
            Add(TemplateTokenKind.Symbol, c.ToString());
            _at++;
        }
        else
            throw new TemplateError(_line, $"the character '{c}' has no meaning in a tag.");
    }

    private void ReadNumber()
    {
        var (start, kind) = (_at, TemplateTokenKind.Whole);
        void Digits()
        {
            while (_at < _source.Length && (char.IsAsciiDigit(_source[_at]) || _source[_at] == '_'))
                _at++;
        }

        Digits();
        if (_at + 1 < _source.Length && _source[_at] == '.' && char.IsAsciiDigit(_source[_at + 1]))
        {
            (kind, _at) = (TemplateTokenKind.Number, _at + 1);
            Digits();
        }

        if (_at < _source.Length && _source[_at] is 'e' or 'E')
        {
            var sign = _at + 1 < _source.Length && _source[_at + 1] is '+' or '-' ? 2 : 1;
            if (_at + sign < _source.Length && char.IsAsciiDigit(_source[_at + sign]))
            {
                (kind, _at) = (TemplateTokenKind.Number, _at + sign);
                Digits();
            }
        }

        Add(kind, _source[start.._at].Replace("_", "", StringComparison.Ordinal));
    }

    private void Add(TemplateTokenKind kind, string text) => _tokens.Add(new(kind, text, _line));

    private static bool IsNamePart(char c) => c == '_' || char.IsLetterOrDigit(c);
}
