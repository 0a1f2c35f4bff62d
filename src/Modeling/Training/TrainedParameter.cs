using ML.Extensions.Kernels;
using ML.Extensions.Transformers;
using TorchSharp;
using static TorchSharp.torch;

namespace ML.Extensions.Training;

/// <summary>
/// One tensor that training changes: float32 master numbers on the CPU, the network's own copy in its type and on its device, and AdamW's two moments.
/// </summary>
internal sealed class TrainedParameter : IDisposable
{
    private readonly bool _copied;
    private Tensor? _gradient;

    /// <summary>Takes a network's tensor, which stays the network's, and asks for its gradient.</summary>
    /// <param name="origin">Where in the file it comes from.</param>
    /// <param name="working">What the network computes with.</param>
    /// <param name="read">The file's numbers, float32, which a copy in 16 bits has lost; the caller's.</param>
    public TrainedParameter(WeightOrigin origin, Tensor working, Tensor read)
    {
        (Origin, Working) = (origin, working);
        _copied = working.dtype != ScalarType.Float32 || working.device_type != DeviceType.CPU;
        using var _ = no_grad();
        Master = (_copied ? read.to(ScalarType.Float32, CPU).contiguous().clone() : working.detach()).DetachFromDisposeScope();
        Ranges = [(0, working.numel())];
    }

    /// <summary>Where in the file it comes from.</summary>
    public WeightOrigin Origin { get; }

    /// <summary>Name for messages.</summary>
    public string Name => Origin.Name;

    /// <summary>What the network computes with.</summary>
    public Tensor Working { get; }

    /// <summary>The same in float32; one memory with <see cref="Working"/> where that is float32 on the CPU.</summary>
    public Tensor Master { get; }

    /// <summary>AdamW's mean of gradients; null before the first step or where nothing is trained.</summary>
    public Tensor? First { get; private set; }

    /// <summary>AdamW's mean of squared gradients.</summary>
    public Tensor? Second { get; private set; }

    /// <summary>Stretches of numbers that are trained, start and count; none where the tensor is frozen.</summary>
    public IReadOnlyList<(long Start, long Count)> Ranges { get; private set; }

    /// <summary>Whether weight decay applies: to matrices and tables, not to norms and biases.</summary>
    public bool Decays => Working.dim() > 1;

    /// <summary>The gradient of this step, float32; null where none came.</summary>
    public Tensor? Gradient => _gradient;

    /// <summary>Changes the complete gradient of a step in place; null leaves it.</summary>
    public Action<Tensor>? Shaped { get; set; }

    /// <summary>Called when a step's gradient is complete.</summary>
    public void Complete()
    {
        if (_gradient is not null)
            Shaped?.Invoke(_gradient);
    }

    /// <summary>Trains some rows only; null is all, an empty list none. Other rows keep their bits.</summary>
    public void Train(IReadOnlyList<(long First, long Count)>? rows)
    {
        var width = Working.numel() / Working.shape[0];
        Ranges = rows is null ? [(0, Working.numel())] : [.. rows.Where(r => r.Count > 0).Select(r => (r.First * width, r.Count * width))];
        Working.requires_grad = Ranges.Count > 0;
    }

    /// <summary>Moves the network's gradient into the float32 sum of this step. In float32 the network's own is that sum.</summary>
    public void Collect()
    {
        if (!_copied)
        {
            _gradient ??= Working.grad?.DetachFromDisposeScope(); // one handle: later passes add to the same tensor
            return;
        }

        if (Working.grad is not { } grad)
            return;
        using var scope = NewDisposeScope();
        using (grad)
        {
            _gradient ??= zeros(Working.shape, ScalarType.Float32).DetachFromDisposeScope();
            _gradient.AddHeld(grad.cpu());
            grad.zero_();
        }
    }

    /// <summary>Makes the moments.</summary>
    public void MakeMoments()
    {
        if (Ranges.Count == 0 || First is not null)
            return;
        First = zeros_like(Master).DetachFromDisposeScope();
        Second = zeros_like(Master).DetachFromDisposeScope();
    }

    /// <summary>Brings changed master numbers to the network and forgets the gradient.</summary>
    public void Finish()
    {
        using var scope = NewDisposeScope(); // operators in place give handles, too
        using var _ = no_grad();
        if (_copied)
            Working.copy_(Master);
        _gradient?.zero_();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Master.Dispose();
        First?.Dispose();
        Second?.Dispose();
        _gradient?.Dispose();
    }
}
