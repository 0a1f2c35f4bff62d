using System.Globalization;

namespace ML.Extensions.Generation;

/// <summary>Reads expressions with Jinja's precedence: if-else, or, and, not, comparisons, + -, ~, * / // %, **, signs, filters and tests.</summary>
internal sealed class ExpressionParser(TokenCursor tokens)
{
    private static readonly string[] Comparisons = ["==", "!=", "<", ">", "<=", ">="];

    /// <summary>One expression.</summary>
    public TemplateExpression Read(bool choice = true)
    {
        tokens.Enter();
        var read = choice ? ReadChoice() : ReadOr();
        tokens.Leave();
        return read;
    }

    /// <summary>Expressions with commas between them: a tuple, or the one that there is.</summary>
    /// <param name="choice">Whether 'if' goes on with the expression.</param>
    /// <param name="ends">Whether the list ends here, behind a comma.</param>
    public TemplateExpression ReadTuple(bool choice = true, Func<bool>? ends = null)
    {
        var line = tokens.Current.Line;
        var first = Read(choice);
        if (!tokens.Current.IsSymbol(","))
            return first;
        var values = new List<TemplateExpression> { first };
        while (tokens.Skip(",") && tokens.Current.Kind != TemplateTokenKind.Close && !tokens.Current.IsSymbol(")") && ends?.Invoke() != true)
            values.Add(Read(choice));
        return new TemplateExpression.Items(line, values, Tuple: true);
    }

    /// <summary>Filters behind an expression, as in 'set x | trim'.</summary>
    public TemplateExpression ReadFilters(TemplateExpression of)
    {
        while (tokens.Current.IsSymbol("|"))
            of = ReadFilter(of);
        return of;
    }

    /// <summary>A filter's name and arguments, and the filters behind it.</summary>
    public TemplateExpression ReadFilterName(TemplateExpression of)
    {
        var line = tokens.Current.Line;
        var name = tokens.ExpectName();
        return ReadFilters(new TemplateExpression.Filter(line, of, name, tokens.Current.IsSymbol("(") ? ReadArguments() : TemplateArguments.None));
    }

    /// <summary>Arguments in parentheses.</summary>
    public TemplateArguments ReadArguments()
    {
        var (places, names) = (new List<TemplateExpression>(), new List<(string, TemplateExpression)>());
        tokens.Expect("(");
        while (!tokens.Current.IsSymbol(")"))
        {
            if (places.Count + names.Count > 0)
                tokens.Expect(",");
            if (tokens.Current.IsSymbol(")"))
                break;
            if (tokens.Current.Line is var line && tokens.Skip("*"))
                places.Add(new TemplateExpression.Spread(line, Read()));
            else if (tokens.Current.Kind == TemplateTokenKind.Name && tokens.Following.IsSymbol("="))
            {
                var name = tokens.Next().Text;
                tokens.Expect("=");
                names.Add((name, Read()));
            }
            else if (names.Count > 0)
                throw tokens.Unexpected("an argument with a name");
            else
                places.Add(Read());
        }

        tokens.Expect(")");
        return new(places, names);
    }

    private TemplateExpression ReadChoice()
    {
        var line = tokens.Current.Line;
        var value = ReadOr();
        while (tokens.SkipName("if"))
        {
            var condition = ReadOr();
            value = new TemplateExpression.Choice(line, condition, value, tokens.SkipName("else") ? Read() : null);
        }

        return value;
    }

    private TemplateExpression ReadOr()
    {
        var left = ReadAnd();
        while (tokens.Current is { Line: var line } here && here.IsName("or"))
        {
            tokens.Next();
            left = new TemplateExpression.Binary(line, "or", left, ReadAnd());
        }

        return left;
    }

    private TemplateExpression ReadAnd()
    {
        var left = ReadNot();
        while (tokens.Current is { Line: var line } here && here.IsName("and"))
        {
            tokens.Next();
            left = new TemplateExpression.Binary(line, "and", left, ReadNot());
        }

        return left;
    }

    private TemplateExpression ReadNot()
    {
        var line = tokens.Current.Line;
        if (!tokens.SkipName("not"))
            return ReadComparison();
        tokens.Enter();
        var of = ReadNot();
        tokens.Leave();
        return new TemplateExpression.Unary(line, "not", of);
    }

    private TemplateExpression ReadComparison()
    {
        var (line, first) = (tokens.Current.Line, ReadSum());
        var rest = new List<(string, TemplateExpression)>();
        while (true)
        {
            if (tokens.Current.Kind == TemplateTokenKind.Symbol && Comparisons.Contains(tokens.Current.Text))
                rest.Add((tokens.Next().Text, ReadSum()));
            else if (tokens.SkipName("in"))
                rest.Add(("in", ReadSum()));
            else if (tokens.Current.IsName("not") && tokens.Following.IsName("in"))
            {
                tokens.Next();
                tokens.Next();
                rest.Add(("not in", ReadSum()));
            }
            else
                return rest.Count == 0 ? first : new TemplateExpression.Comparison(line, first, rest);
        }
    }

    private TemplateExpression ReadSum() => ReadLeft(["+", "-"], ReadJoin);

    private TemplateExpression ReadJoin() => ReadLeft(["~"], ReadProduct);

    private TemplateExpression ReadProduct() => ReadLeft(["*", "/", "//", "%"], ReadPower);

    private TemplateExpression ReadPower() => ReadLeft(["**"], () => ReadUnary(filters: true));

    private TemplateExpression ReadLeft(string[] operators, Func<TemplateExpression> next)
    {
        var left = next();
        while (tokens.Current is { Kind: TemplateTokenKind.Symbol, Text: var text, Line: var line } && operators.Contains(text))
        {
            tokens.Next();
            left = new TemplateExpression.Binary(line, text, left, next());
        }

        return left;
    }

    private TemplateExpression ReadUnary(bool filters)
    {
        var line = tokens.Current.Line;
        TemplateExpression value;
        if (tokens.Current.IsSymbol("-") || tokens.Current.IsSymbol("+"))
        {
            tokens.Enter();
            value = new TemplateExpression.Unary(line, tokens.Next().Text, ReadUnary(filters: false));
            tokens.Leave();
        }
        else
            value = ReadPrimary();
        value = ReadPostfix(value);
        while (filters)
        {
            if (tokens.Current.IsSymbol("|"))
                value = ReadFilter(value);
            else if (tokens.Current.IsName("is"))
                value = ReadTest(value);
            else if (tokens.Current.IsSymbol("("))
                value = new TemplateExpression.Call(line, value, ReadArguments());
            else
                break;
        }

        return value;
    }

    private TemplateExpression ReadPostfix(TemplateExpression value)
    {
        while (true)
        {
            var line = tokens.Current.Line;
            if (tokens.Skip("."))
            {
                value = tokens.Current.Kind == TemplateTokenKind.Whole
                    ? new TemplateExpression.Item(line, value, ReadPrimary()) : new TemplateExpression.Member(line, value, tokens.ExpectName());
            }
            else if (tokens.Skip("["))
                value = ReadItem(line, value);
            else if (tokens.Current.IsSymbol("("))
                value = new TemplateExpression.Call(line, value, ReadArguments());
            else
                return value;
        }
    }

    private TemplateExpression ReadItem(int line, TemplateExpression of)
    {
        bool Ends() => tokens.Current.IsSymbol(":") || tokens.Current.IsSymbol("]");
        var first = tokens.Current.IsSymbol(":") ? null : Read();
        if (first is not null && tokens.Skip("]"))
            return new TemplateExpression.Item(line, of, first);
        tokens.Expect(":");
        var last = Ends() ? null : Read();
        var step = tokens.Skip(":") && !Ends() ? Read() : null;
        tokens.Expect("]");
        return new TemplateExpression.Slice(line, of, first, last, step);
    }

    private TemplateExpression.Filter ReadFilter(TemplateExpression of)
    {
        tokens.Expect("|");
        var line = tokens.Current.Line;
        var name = tokens.ExpectName();
        return new TemplateExpression.Filter(line, of, name, tokens.Current.IsSymbol("(") ? ReadArguments() : TemplateArguments.None);
    }

    private TemplateExpression ReadTest(TemplateExpression of)
    {
        var line = tokens.Next().Line;
        var negated = tokens.SkipName("not");
        var name = tokens.ExpectName();
        var arguments = TemplateArguments.None;
        if (tokens.Current.IsSymbol("("))
            arguments = ReadArguments();
        else if (TakesOne(tokens.Current))
            arguments = new([ReadPostfix(ReadPrimary())], []);
        var test = new TemplateExpression.Test(line, of, name, arguments);
        return negated ? new TemplateExpression.Unary(line, "not", test) : test;
    }

    private static bool TakesOne(TemplateToken here) => here.Kind switch
    {
        TemplateTokenKind.Name => here.Text is not ("else" or "or" or "and" or "is" or "if" or "not" or "in"),
        TemplateTokenKind.Quoted or TemplateTokenKind.Whole or TemplateTokenKind.Number => true,
        _ => here.IsSymbol("[") || here.IsSymbol("{"),
    };

    private TemplateExpression ReadPrimary()
    {
        var here = tokens.Next();
        switch (here.Kind)
        {
            case TemplateTokenKind.Name:
                return here.Text switch
                {
                    "true" or "True" => new TemplateExpression.Literal(here.Line, true),
                    "false" or "False" => new TemplateExpression.Literal(here.Line, false),
                    "none" or "None" => new TemplateExpression.Literal(here.Line, null),
                    _ => new TemplateExpression.Name(here.Line, here.Text),
                };
            case TemplateTokenKind.Quoted:
                var text = here.Text;
                while (tokens.Current.Kind == TemplateTokenKind.Quoted)
                    text += tokens.Next().Text;
                return new TemplateExpression.Literal(here.Line, text);
            case TemplateTokenKind.Whole:
                return new TemplateExpression.Literal(here.Line, long.TryParse(here.Text, CultureInfo.InvariantCulture, out var n)
                    ? n : throw new TemplateError(here.Line, $"the number {here.Text} is too large."));
            case TemplateTokenKind.Number:
                return new TemplateExpression.Literal(here.Line, double.Parse(here.Text, CultureInfo.InvariantCulture));
            default:
                return ReadBrackets(here);
        }
    }

    private TemplateExpression ReadBrackets(TemplateToken open)
    {
        if (open.IsSymbol("("))
        {
            var inside = tokens.Current.IsSymbol(")") ? new TemplateExpression.Items(open.Line, [], Tuple: true) : ReadTuple();
            tokens.Expect(")");
            return inside;
        }

        if (open.IsSymbol("["))
            return new TemplateExpression.Items(open.Line, ReadUntil("]", () => Read()), Tuple: false);
        if (open.IsSymbol("{"))
        {
            return new TemplateExpression.Mapping(open.Line, ReadUntil("}", () =>
            {
                var key = Read();
                tokens.Expect(":");
                return (key, Read());
            }));
        }

        throw new TemplateError(open.Line, $"found {open.Described}; expected a value.");
    }

    private List<T> ReadUntil<T>(string close, Func<T> read)
    {
        var values = new List<T>();
        while (!tokens.Skip(close))
        {
            if (values.Count > 0)
                tokens.Expect(",");
            if (!tokens.Current.IsSymbol(close))
                values.Add(read());
        }

        return values;
    }
}
