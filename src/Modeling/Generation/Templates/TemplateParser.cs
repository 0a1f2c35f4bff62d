namespace ML.Extensions.Generation;

/// <summary>Reads a template's statements.</summary>
internal sealed class TemplateParser
{
    private static readonly string[] Known =
        ["if", "for", "set", "macro", "call", "filter", "with", "generation", "break", "continue"];

    private readonly TokenCursor _tokens;
    private readonly ExpressionParser _expressions;
    private int _loops;

    private TemplateParser(TokenCursor tokens) => (_tokens, _expressions) = (tokens, new(tokens));

    /// <summary>The statements of a template.</summary>
    /// <exception cref="TemplateError">It breaks the language, or uses what is not known of it.</exception>
    public static IReadOnlyList<TemplateStatement> Parse(string source)
    {
        var parser = new TemplateParser(new TokenCursor(TemplateLexer.Read(source)));
        var body = parser.ReadBody();
        return parser._tokens.Current.Kind == TemplateTokenKind.End ? body : throw new TemplateError(
            parser._tokens.Following.Line, $"'{parser._tokens.Following.Text}' ends nothing, or is not known. Known: {string.Join(", ", Known)}.");
    }

    /// <summary>Statements up to a tag that begins with one of the words, or with a word that is not known.</summary>
    private List<TemplateStatement> ReadBody()
    {
        _tokens.Enter();
        var body = new List<TemplateStatement>();
        while (true)
        {
            var here = _tokens.Current;
            if (here.Kind == TemplateTokenKind.Text)
                body.Add(new TemplateStatement.Text(here.Line, _tokens.Next().Text));
            else if (here.Kind == TemplateTokenKind.Open && here.Text == "{{")
            {
                _tokens.Next();
                body.Add(new TemplateStatement.Output(here.Line, _expressions.ReadTuple()));
                _tokens.ExpectClose();
            }
            else if (here.Kind == TemplateTokenKind.Open && Known.Contains(_tokens.Following.Text))
            {
                _tokens.Next();
                body.Add(ReadStatement(_tokens.Next()));
            }
            else
                break;
        }

        _tokens.Leave();
        return body;
    }

    private TemplateStatement ReadStatement(TemplateToken word)
    {
        switch (word.Text)
        {
            case "if":
                return ReadIf(word.Line);
            case "for":
                return ReadFor(word.Line);
            case "set":
                return ReadSet(word.Line);
            case "macro":
                return ReadMacro(word.Line, _tokens.ExpectName(), "endmacro");
            case "call":
                return ReadCall(word.Line);
            case "filter":
                var filters = _expressions.ReadFilterName(new TemplateExpression.Name(word.Line, ""));
                return new TemplateStatement.FilterBlock(word.Line, ReadBodyTo("endfilter"), filters);
            case "with":
                return ReadWith(word.Line);
            case "generation":
                return new TemplateStatement.With(word.Line, [], ReadBodyTo("endgeneration"));
            case "break" or "continue":
                if (_loops == 0)
                    throw new TemplateError(word.Line, $"'{word.Text}' stands in no loop.");
                _tokens.ExpectClose();
                return new TemplateStatement.Jump(word.Line, word.Text == "break");
            default:
                throw new TemplateError(word.Line, $"'{word.Text}' is not known here.");
        }
    }

    /// <summary>The end of a tag, a body, and the tag that ends it.</summary>
    private List<TemplateStatement> ReadBodyTo(string end)
    {
        _tokens.ExpectClose();
        var body = ReadBody();
        if (NextWord(end) != end)
            throw new TemplateError(_tokens.Current.Line, $"'{end}' expected.");
        _tokens.ExpectClose();
        return body;
    }

    /// <summary>The word of the tag that ended a body.</summary>
    private string NextWord(params string[] expected)
    {
        var open = _tokens.Current;
        var word = _tokens.Following;
        if (open.Kind != TemplateTokenKind.Open || !expected.Contains(word.Text))
        {
            throw new TemplateError(word.Line, open.Kind == TemplateTokenKind.End
                ? $"the template ends where {string.Join(" or ", expected)} is expected."
                : $"found '{word.Text}'; expected {string.Join(" or ", expected)}, or one of {string.Join(", ", Known)}.");
        }

        _tokens.Next();
        return _tokens.Next().Text;
    }

    private TemplateStatement.If ReadIf(int line)
    {
        var parts = new List<(TemplateExpression?, IReadOnlyList<TemplateStatement>)>();
        TemplateExpression? condition = _expressions.ReadTuple(choice: false);
        while (true)
        {
            _tokens.ExpectClose();
            parts.Add((condition, ReadBody()));
            var word = condition is null ? NextWord("endif") : NextWord("elif", "else", "endif");
            if (word == "endif")
                break;
            condition = word == "elif" ? _expressions.ReadTuple(choice: false) : null;
        }

        _tokens.ExpectClose();
        return new(line, parts);
    }

    private TemplateStatement.For ReadFor(int line)
    {
        var target = ReadTarget();
        if (!_tokens.SkipName("in"))
            throw _tokens.Unexpected("'in'");
        var values = _expressions.ReadTuple(choice: false);
        var condition = _tokens.SkipName("if") ? _expressions.Read() : null;
        var recursive = _tokens.SkipName("recursive");
        _tokens.ExpectClose();
        _loops++;
        var body = ReadBody();
        _loops--;
        IReadOnlyList<TemplateStatement> otherwise = [];
        if (NextWord("endfor", "else") == "else")
        {
            otherwise = ReadBodyTo("endfor");
            return new(line, target, values, condition, recursive, body, otherwise);
        }

        _tokens.ExpectClose();
        return new(line, target, values, condition, recursive, body, otherwise);
    }

    private TemplateStatement ReadSet(int line)
    {
        var target = ReadTarget();
        if (_tokens.Skip("="))
        {
            var value = _expressions.ReadTuple();
            _tokens.ExpectClose();
            return new TemplateStatement.Set(line, target, value);
        }

        var filters = _expressions.ReadFilters(new TemplateExpression.Name(line, ""));
        return new TemplateStatement.SetText(line, target, ReadBodyTo("endset"), filters);
    }

    private TemplateStatement.Macro ReadMacro(int line, string name, string end)
    {
        var parameters = new List<(string, TemplateExpression?)>();
        if (end == "endmacro" || _tokens.Current.IsSymbol("("))
        {
            _tokens.Expect("(");
            while (!_tokens.Skip(")"))
            {
                if (parameters.Count > 0)
                    _tokens.Expect(",");
                parameters.Add((_tokens.ExpectName(), _tokens.Skip("=") ? _expressions.Read() : null));
            }
        }

        if (end != "endmacro")
            return new(line, name, parameters, []);
        var loops = _loops;
        _loops = 0;
        var body = ReadBodyTo(end);
        _loops = loops;
        return new(line, name, parameters, body);
    }

    private TemplateStatement.CallBlock ReadCall(int line)
    {
        var head = ReadMacro(line, "caller", "endcall");
        if (_expressions.Read() is not TemplateExpression.Call call)
            throw new TemplateError(line, "'call' needs the call of a macro.");
        return new(line, head with { Body = ReadBodyTo("endcall") }, call);
    }

    private TemplateStatement.With ReadWith(int line)
    {
        var values = new List<(TemplateTarget, TemplateExpression)>();
        while (_tokens.Current.Kind != TemplateTokenKind.Close)
        {
            if (values.Count > 0)
                _tokens.Expect(",");
            var target = ReadTarget(single: true);
            _tokens.Expect("=");
            values.Add((target, _expressions.Read()));
        }

        return new(line, values, ReadBodyTo("endwith"));
    }

    private TemplateTarget ReadTarget(bool single = false)
    {
        var line = _tokens.Current.Line;
        var first = ReadOneTarget();
        if (single || !_tokens.Current.IsSymbol(","))
            return first;
        var several = new List<TemplateTarget> { first };
        while (_tokens.Skip(","))
            if (_tokens.Current.Kind == TemplateTokenKind.Name && !_tokens.Current.IsName("in") || _tokens.Current.IsSymbol("("))
                several.Add(ReadOneTarget());
        return new(line, null, null, several);
    }

    private TemplateTarget ReadOneTarget()
    {
        var line = _tokens.Current.Line;
        if (_tokens.Skip("("))
        {
            _tokens.Enter();
            var inside = ReadTarget();
            _tokens.Leave();
            _tokens.Expect(")");
            return inside;
        }

        var name = _tokens.ExpectName();
        return new(line, name, _tokens.Skip(".") ? _tokens.ExpectName() : null, null);
    }
}
