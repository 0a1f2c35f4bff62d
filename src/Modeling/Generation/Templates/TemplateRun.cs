using System.Text;

namespace ML.Extensions.Generation;

/// <summary>One rendering of a template: its statements. It reads variables and writes text; nothing else is within its reach.</summary>
internal sealed class TemplateRun
{
    private const int MostOutput = 64 << 20;

    private readonly ExpressionRun _expressions;
    private StringBuilder _output = new();

    private TemplateRun(TimeProvider time)
    {
        _expressions = new(this);
        Time = time;
    }

    /// <summary>How a body was left.</summary>
    private enum Exit
    {
        Normal,
        Break,
        Continue,
    }

    /// <summary>What it may spend.</summary>
    public TemplateBudget Budget { get; } = new();

    /// <summary>The clock of strftime_now.</summary>
    public TimeProvider Time { get; }

    /// <summary>Renders statements.</summary>
    /// <exception cref="TemplateError">The template fails, spends too much, or raises an exception itself.</exception>
    public static string Render(IReadOnlyList<TemplateStatement> body, IReadOnlyDictionary<string, object?> variables, TimeProvider time)
    {
        var run = new TemplateRun(time);
        var outermost = new TemplateScope(null);
        foreach (var (name, function) in TemplateFunctions.All)
            outermost.Set(name, function);
        foreach (var (name, value) in variables)
            outermost.Set(name, value);
        run.Run(body, new(outermost));
        return run._output.ToString();
    }

    private Exit Run(IReadOnlyList<TemplateStatement> body, TemplateScope scope)
    {
        foreach (var statement in body)
        {
            Budget.Spend(statement.Line);
            if (Run(statement, scope) is not Exit.Normal and var exit)
                return exit;
        }

        return Exit.Normal;
    }

    private Exit Run(TemplateStatement statement, TemplateScope scope)
    {
        switch (statement)
        {
            case TemplateStatement.Text text:
                Write(text.Value, text.Line);
                return Exit.Normal;
            case TemplateStatement.Output output:
                Write(TemplateValues.Text(Value(output.Value, scope), output.Line, Budget), output.Line);
                return Exit.Normal;
            case TemplateStatement.If branch:
                foreach (var (condition, body) in branch.Parts)
                    if (condition is null || TemplateValues.IsTrue(Value(condition, scope)))
                        return Run(body, scope);
                return Exit.Normal;
            case TemplateStatement.For loop:
                RunLoop(loop, Value(loop.Values, scope), scope, 0);
                return Exit.Normal;
            case TemplateStatement.Jump jump:
                return jump.Breaks ? Exit.Break : Exit.Continue;
            default:
                Define(statement, scope);
                return Exit.Normal;
        }
    }

    /// <summary>Statements that set names, or write what a body gives.</summary>
    private void Define(TemplateStatement statement, TemplateScope scope)
    {
        switch (statement)
        {
            case TemplateStatement.Set set:
                Assign(set.Target, Value(set.Value, scope), scope);
                break;
            case TemplateStatement.SetText set:
                Assign(set.Target, Filtered(set.Body, set.Filters, scope), scope);
                break;
            case TemplateStatement.FilterBlock block:
                Write(TemplateValues.Text(Filtered(block.Body, block.Filters, scope), block.Line, Budget), block.Line);
                break;
            case TemplateStatement.Macro macro:
                scope.Set(macro.Name, Function(macro, scope));
                break;
            case TemplateStatement.CallBlock block:
                var within = new TemplateScope(scope);
                within.Set("caller", Function(block.Caller, scope));
                var value = _expressions.Call(block.Value, within, [new("caller", within.Find("caller"))]);
                Write(TemplateValues.Text(value, block.Line, Budget), block.Line);
                break;
            case TemplateStatement.With with:
                var inner = new TemplateScope(scope);
                foreach (var (target, given) in with.Values)
                    Assign(target, Value(given, scope), inner);
                Run(with.Body, with.Values.Count == 0 ? scope : inner);
                break;
            default:
                throw new TemplateError(statement.Line, "a statement that is not known.");
        }
    }

    private object? Value(TemplateExpression expression, TemplateScope scope) => _expressions.Value(expression, scope);

    private object? Filtered(IReadOnlyList<TemplateStatement> body, TemplateExpression filters, TemplateScope scope)
    {
        var within = new TemplateScope(scope);
        within.Set("", Captured(() => Run(body, new(scope)))); // the filters' input is the name that no template can write
        return Value(filters, within);
    }

    private string Captured(Action work)
    {
        var before = _output;
        _output = new();
        try
        {
            work();
            return _output.ToString();
        }
        finally
        {
            _output = before;
        }
    }

    private void RunLoop(TemplateStatement.For loop, object? values, TemplateScope scope, int depth)
    {
        var items = TemplateValues.Items(values, loop.Line, Budget);
        if (loop.Condition is { } condition)
        {
            items = [.. items.Where(item =>
            {
                var inner = new TemplateScope(scope);
                Assign(loop.Target, item, inner);
                return TemplateValues.IsTrue(Value(condition, inner));
            })];
        }

        if (items.Count == 0)
            Run(loop.Else, scope);
        var state = new TemplateLoop(items, depth, loop.Recursive
            ? call => Captured(() => Deeper(call.Line, () => RunLoop(loop, call.Needed(0, "iterable"), scope, depth + 1))) : null);
        for (; state.At < items.Count; state.At++)
        {
            Budget.Spend(loop.Line);
            var inner = new TemplateScope(scope);
            inner.Set("loop", state);
            Assign(loop.Target, items[state.At], inner);
            if (Run(loop.Body, inner) == Exit.Break)
                break;
        }
    }

    private void Assign(TemplateTarget target, object? value, TemplateScope scope)
    {
        if (target.Several is { } several)
        {
            var items = TemplateValues.Items(value, target.Line, Budget);
            if (items.Count != several.Count)
                throw new TemplateError(target.Line, $"{items.Count} values cannot be set to {several.Count} names.");
            for (var i = 0; i < items.Count; i++)
                Assign(several[i], items[i], scope);
        }
        else if (target.Member is null)
            scope.Set(target.Name!, value);
        else if (scope.Find(target.Name!) is TemplateNamespace space)
            space.Members[target.Member] = value;
        else
            throw new TemplateError(target.Line, $"'{target.Name}' is no namespace; only members of namespaces can be set.");
    }

    private TemplateFunction Function(TemplateStatement.Macro macro, TemplateScope scope) => new(macro.Name, call =>
    {
        var inner = new TemplateScope(scope);
        if (call.Places.Count > macro.Parameters.Count)
            throw call.Error($"takes {macro.Parameters.Count} arguments; {call.Places.Count} were given.");
        foreach (var (name, value) in call.Names)
            inner.Set(name == "caller" || macro.Parameters.Any(p => p.Name == name) ? name : throw call.Error($"knows no argument '{name}'."), value);
        for (var i = 0; i < macro.Parameters.Count; i++)
        {
            var (name, otherwise) = macro.Parameters[i];
            if (i < call.Places.Count)
                inner.Set(name, call.Places[i]);
            else if (!call.Names.ContainsKey(name))
                inner.Set(name, otherwise is null ? new TemplateUndefined(name) : Value(otherwise, inner));
        }

        var text = "";
        Deeper(call.Line, () => text = Captured(() => Run(macro.Body, inner)));
        return text;
    });

    private void Deeper(int line, Action work)
    {
        Budget.Enter(line);
        work();
        Budget.Leave();
    }

    private void Write(string text, int line)
    {
        Budget.SpendText(line, text.Length);
        if (_output.Length + text.Length > MostOutput)
            throw new TemplateError(line, $"it writes more than {MostOutput} characters.");
        _output.Append(text);
    }
}
