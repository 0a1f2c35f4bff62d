using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace ML.Extensions.Checkpoints;

/// <summary>
/// Runs the few pickle instructions that a file of tensors needs. Nothing is called but the functions listed in
/// <see cref="PickleGlobals"/>; any other name is refused before it could do anything. Source: CPython, Lib/pickletools.py.
/// </summary>
internal sealed class PickleReader(ReadOnlyMemory<byte> bytes, string origin)
{
    private static readonly object Mark = new();
    private readonly List<object?> _stack = [];
    private readonly Dictionary<long, object?> _memo = [];

    /// <summary>Every storage that was named, by key.</summary>
    public Dictionary<string, PickleStorage> Storages { get; } = new(StringComparer.Ordinal);

    /// <summary>First byte after the last STOP.</summary>
    public int Position { get; private set; }

    /// <summary>Reads one object, up to its STOP.</summary>
    /// <exception cref="InvalidDataException">The pickle is broken, or asks for anything that is not allowed.</exception>
    public object? Load()
    {
        _stack.Clear();
        _memo.Clear();
        for (var op = Byte(); op != '.'; op = Byte())
            Run(op);
        return Pop();
    }

    private void Run(int op)
    {
        switch (op)
        {
            case 0x80: // PROTO
                if (Byte() > 5)
                    throw Bad("it has an unknown pickle protocol.");
                break;
            case 0x95: // FRAME
                Take(8);
                break;
            case '(':
                _stack.Add(Mark);
                break;
            case '0':
                Pop();
                break;
            case '1':
                PopMark();
                break;
            case '2':
                _stack.Add(Peek());
                break;
            case 'N':
                _stack.Add(null);
                break;
            case 0x88:
                _stack.Add(true);
                break;
            case 0x89:
                _stack.Add(false);
                break;
            case 'c':
                _stack.Add(PickleGlobals.Find(Line(), Line(), origin));
                break;
            case 0x93: // STACK_GLOBAL
                var (name, module) = (Pop() as string, Pop() as string);
                _stack.Add(PickleGlobals.Find(module ?? "?", name ?? "?", origin));
                break;
            case 'i': // INST
                _stack.Add(PickleGlobals.Find(Line(), Line(), origin));
                throw Bad("it makes an object by INST, which no file of tensors needs.");
            case 'R':
                var arguments = Pop() as object?[] ?? throw Bad("REDUCE has no tuple of arguments.");
                _stack.Add(PickleGlobals.Call(Pop(), arguments, origin));
                break;
            case 'b': // BUILD: attributes, here only _metadata of a state dict; not needed
                Pop();
                if (Peek() is not PickleDictionary)
                    throw Bad("it sets attributes of something else than a dictionary.");
                break;
            case 'Q':
                var storage = PickleGlobals.Storage(Pop(), origin);
                if (!Storages.TryAdd(storage.Key, storage) && Storages[storage.Key] != storage)
                    throw Bad($"storage '{storage.Key}' has two types or lengths.");
                _stack.Add(storage);
                break;
            default:
                if (!Number(op) && !Text(op) && !Container(op) && !Memo(op))
                    throw Bad($"its instruction 0x{op:X2} is not one that a file of tensors needs.");
                break;
        }
    }

    private bool Number(int op)
    {
        object? value = op switch
        {
            'J' => (long)BinaryPrimitives.ReadInt32LittleEndian(Take(4)),
            'K' => (long)Byte(),
            'M' => (long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2)),
            'G' => BinaryPrimitives.ReadDoubleBigEndian(Take(8)),
            0x8A => new BigInteger(Take(Byte())),
            _ => null,
        };
        if (value is BigInteger big)
            value = big >= long.MinValue && big <= long.MaxValue ? (object)(long)big : big;
        if (value is not null)
            _stack.Add(value);
        return value is not null;
    }

    private bool Text(int op)
    {
        object? value = op switch
        {
            'X' => Encoding.UTF8.GetString(Take(Int32())),
            0x8C => Encoding.UTF8.GetString(Take(Byte())),
            'T' => Encoding.Latin1.GetString(Take(Int32())),
            'U' => Encoding.Latin1.GetString(Take(Byte())),
            'B' => Take(Int32()).ToArray(),
            'C' => Take(Byte()).ToArray(),
            _ => null,
        };
        if (value is not null)
            _stack.Add(value);
        return value is not null;
    }

    private bool Container(int op)
    {
        switch (op)
        {
            case '}':
                _stack.Add(new PickleDictionary());
                return true;
            case ']':
                _stack.Add(new List<object?>());
                return true;
            case ')':
                _stack.Add(Array.Empty<object?>());
                return true;
            case 't':
                _stack.Add(PopMark());
                return true;
            case 0x85 or 0x86 or 0x87: // TUPLE1 to TUPLE3
                var tuple = new object?[op - 0x84];
                for (var i = tuple.Length - 1; i >= 0; i--)
                    tuple[i] = Pop();
                _stack.Add(tuple);
                return true;
            case 'a' or 'e':
                object?[] items = op == 'a' ? [Pop()] : PopMark();
                (Peek() as List<object?> ?? throw Bad("it appends to something else than a list.")).AddRange(items);
                return true;
            case 's' or 'u':
                object?[] pairs = op == 'u' ? PopMark() : [Pop(), Pop()];
                if (op == 's')
                    Array.Reverse(pairs);
                Set(pairs);
                return true;
            default:
                return false;
        }
    }

    private void Set(object?[] pairs)
    {
        var target = Peek() as PickleDictionary ?? throw Bad("it sets items of something else than a dictionary.");
        if (pairs.Length % 2 != 0)
            throw Bad("a dictionary has a key without a value.");
        for (var i = 0; i < pairs.Length; i += 2)
            target.Items.Add((pairs[i], pairs[i + 1]));
    }

    private bool Memo(int op)
    {
        switch (op)
        {
            case 'q':
                _memo[Byte()] = Peek();
                return true;
            case 'r':
                _memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = Peek();
                return true;
            case 0x94: // MEMOIZE
                _memo[_memo.Count] = Peek();
                return true;
            case 'h' or 'j':
                var key = op == 'h' ? Byte() : BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                _stack.Add(_memo.TryGetValue(key, out var value) ? value : throw Bad($"it uses memo {key}, which it has not set."));
                return true;
            default:
                return false;
        }
    }

    private object? Peek() => _stack.Count > 0 && !ReferenceEquals(_stack[^1], Mark) ? _stack[^1] : throw Bad("it takes from an empty stack.");

    private object? Pop()
    {
        var top = Peek();
        _stack.RemoveAt(_stack.Count - 1);
        return top;
    }

    private object?[] PopMark()
    {
        var mark = _stack.FindLastIndex(item => ReferenceEquals(item, Mark));
        if (mark < 0)
            throw Bad("it looks for a mark that is not there.");
        object?[] items = [.. _stack.Skip(mark + 1)];
        _stack.RemoveRange(mark, _stack.Count - mark);
        return items;
    }

    private byte Byte() => Take(1)[0];

    private int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    private string Line()
    {
        var rest = bytes.Span[Position..];
        var end = rest.IndexOf((byte)'\n');
        if (end < 0)
            throw Bad("it ends inside a name.");
        Position += end + 1;
        return Encoding.UTF8.GetString(rest[..end]);
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > bytes.Length - Position)
            throw Bad($"it ends inside an item of {(uint)count} bytes.");
        Position += count;
        return bytes.Span.Slice(Position - count, count);
    }

    private InvalidDataException Bad(string what) => CheckpointErrors.Broken(origin, $"pickle, near byte {Position}: {what}");
}
