using System.Text;

namespace ML.Extensions.Tokenization;

/// <summary>Rewrites a class, as [a-z\p{L}], whose opening bracket was read. Classes inside are joined to it.</summary>
internal sealed class OnigurumaClass(OnigurumaTranslator source)
{
    private readonly StringBuilder _content = new();

    /// <summary>The class for .NET.</summary>
    /// <exception cref="InvalidDataException">It does not end.</exception>
    /// <exception cref="NotSupportedException">It is an intersection, or a negated class stands inside.</exception>
    public string Read()
    {
        var negated = source.Take('^');
        ReadContent();
        return _content.Length == 0 ? throw source.Unknown("an empty class") : $"[{(negated ? "^" : "")}{_content}]";
    }

    private void ReadContent()
    {
        for (var first = true; ; first = false)
        {
            if (source.Stands("&&"))
                throw source.Unknown("the intersection of classes &&");
            if (source.Stands("[:"))
            {
                Posix();
                continue;
            }

            if (source.Stands("\\"))
            {
                _content.Append(source.Escape(inClass: true));
                continue;
            }

            var c = source.Next();
            if (c == ']' && !first)
                return;
            if (c == '[')
            {
                if (source.Take('^'))
                    throw source.Unknown("a negated class inside a class");
                ReadContent();
                continue;
            }

            _content.Append(c == '-' && !first && !source.Stands("]") ? "-" : c == '-' ? "\\-" : c is '^' or '$' or '.' ? "\\" + c : source.Literal(c));
        }
    }

    private void Posix()
    {
        source.Pass(2);
        var negated = source.Take('^');
        var name = new StringBuilder();
        for (var c = source.Next(); c != ':'; c = source.Next())
            name.Append(c);
        source.Take(']');
        _content.Append(OnigurumaProperties.Find(name.ToString(), negated) ?? throw source.Unknown($"the class [:{name}:]"));
    }
}
