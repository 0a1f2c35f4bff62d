namespace ML.Extensions.Generation;

/// <summary>The expressions of a rendering.</summary>
internal sealed class ExpressionRun(TemplateRun run)
{
    private TemplateBudget Budget => run.Budget;

    /// <summary>An expression's value.</summary>
    public object? Value(TemplateExpression expression, TemplateScope scope)
    {
        Budget.Spend(expression.Line);
        switch (expression)
        {
            case TemplateExpression.Literal literal:
                return literal.Value;
            case TemplateExpression.Name name:
                return scope.Find(name.Text);
            case TemplateExpression.Items items:
                return new TemplateList([.. items.Values.Select(v => Value(v, scope))], items.Tuple);
            case TemplateExpression.Mapping mapping:
                var map = new TemplateMap();
                foreach (var (key, value) in mapping.Pairs)
                    map.Set(Value(key, scope) is { } k and (string or long or bool or double) ? k : throw new TemplateError(key.Line, "a key must be a text or a number."), Value(value, scope));
                return map;
            case TemplateExpression.Member member:
                return TemplateMembers.Member(Value(member.Of, scope), member.Text, member.Line);
            case TemplateExpression.Item item:
                return TemplateMembers.Item(Value(item.Of, scope), Value(item.Index, scope), item.Line);
            case TemplateExpression.Slice slice:
                object? Part(TemplateExpression? part) => part is null ? null : Value(part, scope);
                return TemplateMembers.Slice(Value(slice.Of, scope), Part(slice.First), Part(slice.Last), Part(slice.Step), slice.Line, Budget);
            case TemplateExpression.Choice choice:
                return TemplateValues.IsTrue(Value(choice.Condition, scope)) ? Value(choice.Then, scope)
                    : choice.Else is null ? new TemplateUndefined("an if without else") : Value(choice.Else, scope);
            default:
                return Operation(expression, scope);
        }
    }

    /// <summary>A call, with more arguments than the template writes.</summary>
    public object? Call(TemplateExpression.Call call, TemplateScope scope, IReadOnlyList<KeyValuePair<string, object?>> more)
    {
        var called = Value(call.Of, scope);
        var name = call.Of switch
        {
            TemplateExpression.Name n => n.Text,
            TemplateExpression.Member m => m.Text,
            _ => "a value",
        };
        var values = Arguments(call.Line, name, call.Arguments, scope, more);
        return called switch
        {
            TemplateFunction function => function.Body(values),
            TemplateLoop { Again: { } again } => again(values),
            _ => throw new TemplateError(call.Line, called is TemplateUndefined u ? $"'{u.Name}' is not known, and cannot be called." : $"'{name}' is {TemplateValues.Kind(called)}, and cannot be called."),
        };
    }

    private TemplateCall Arguments(
        int line, string name, TemplateArguments arguments, TemplateScope scope, IReadOnlyList<KeyValuePair<string, object?>>? more = null)
    {
        var names = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (key, value) in arguments.Names)
            names[key] = Value(value, scope);
        foreach (var (key, value) in more ?? [])
            names[key] = value;
        return new(line, name, [.. arguments.Places.SelectMany(Values)], names, run);

        IEnumerable<object?> Values(TemplateExpression place) => place is TemplateExpression.Spread spread
            ? TemplateValues.Items(Value(spread.Of, scope), spread.Line, Budget) : [Value(place, scope)];
    }

    private object? Operation(TemplateExpression expression, TemplateScope scope)
    {
        switch (expression)
        {
            case TemplateExpression.Call call:
                return Call(call, scope, []);
            case TemplateExpression.Filter filter:
                var filtered = Value(filter.Of, scope);
                return TemplateFilters.Apply(filtered, Arguments(filter.Line, filter.Text, filter.Arguments, scope));
            case TemplateExpression.Test test:
                var tested = Value(test.Of, scope);
                return TemplateTests.Holds(tested, Arguments(test.Line, test.Text, test.Arguments, scope));
            case TemplateExpression.Unary { Operator: "not" } not:
                return !TemplateValues.IsTrue(Value(not.Of, scope));
            case TemplateExpression.Unary sign:
                return TemplateArithmetic.Signed(sign.Operator, Value(sign.Of, scope), sign.Line);
            case TemplateExpression.Binary { Operator: "and" or "or" } logic:
                var left = Value(logic.Left, scope);
                return TemplateValues.IsTrue(left) == (logic.Operator == "or") ? left : Value(logic.Right, scope);
            case TemplateExpression.Binary binary:
                return TemplateArithmetic.Of(binary.Operator, Value(binary.Left, scope), Value(binary.Right, scope), binary.Line, Budget);
            case TemplateExpression.Comparison comparison:
                return Holds(comparison, scope);
            default:
                throw new TemplateError(expression.Line, "an expression that is not known.");
        }
    }

    private bool Holds(TemplateExpression.Comparison comparison, TemplateScope scope)
    {
        var left = Value(comparison.First, scope);
        foreach (var (text, other) in comparison.Rest)
        {
            var right = Value(other, scope);
            if (!TemplateTests.Compare(text, left, right, other.Line, Budget))
                return false;
            left = right;
        }

        return true;
    }
}
