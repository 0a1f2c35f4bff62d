using ML.Extensions.Devices;

namespace ML.Extensions.Kernels;

/// <summary>
/// The process's cores as one team for short phases of work: a phase costs well under a microsecond to hand out, since
/// helpers wait awake for a moment before they sleep. One phase at a time; a second caller does all its work itself.
/// </summary>
internal static class CoreTeam
{
    private const int SpinsBeforeSleep = 4_000;

    private static readonly Lock Gate = new();
    private static readonly Lazy<Helper[]> Helpers = new(() => [.. Enumerable.Range(1, TorchThreads.Count - 1).Select(i => new Helper(i))]);

    /// <summary>Workers of a phase, the caller included.</summary>
    public static int Size => TorchThreads.Count;

    /// <summary>Calls <paramref name="work"/> with 0 .. workers - 1, at once where the team is free, and waits for all.</summary>
    public static void Run(int workers, Action<int> work)
    {
        if (workers > 1 && !Gate.IsHeldByCurrentThread && Gate.TryEnter())
        {
            try
            {
                var helpers = Helpers.Value.AsSpan(0, Math.Min(workers, Size) - 1);
                foreach (var helper in helpers)
                    helper.Begin(work);
                Exception? failure = null;
                for (var i = 0; i < workers; i = i == 0 ? helpers.Length + 1 : i + 1)
                    failure = Try(work, i) ?? failure;
                foreach (var helper in helpers)
                    failure = helper.End(work) ?? failure;
                if (failure is not null)
                    System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
            }
            finally
            {
                Gate.Exit();
            }

            return;
        }

        for (var i = 0; i < workers; i++)
            work(i);
    }

    /// <summary>Deals out items 0 .. count - 1, one at a time to whoever is free; <paramref name="work"/> gets worker and item.</summary>
    public static void Deal(int workers, int count, Action<int, int> work)
    {
        if (workers <= 1 || count <= 1)
        {
            for (var item = 0; item < count; item++)
                work(0, item);
            return;
        }

        var next = -1;
        Run(Math.Min(workers, count), worker =>
        {
            for (var item = Interlocked.Increment(ref next); item < count; item = Interlocked.Increment(ref next))
                work(worker, item);
        });
    }

    private static Exception? Try(Action<int> work, int worker)
    {
        try
        {
            work(worker);
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private sealed class Helper
    {
        private static readonly object Running = new();

        private readonly object _bed = new(); // for Monitor.Wait
        private readonly int _worker;
        private volatile object? _work; // null, an Action<int> that waits, or Running
        private volatile bool _asleep;
        private Exception? _failure;

        public Helper(int worker)
        {
            _worker = worker;
            new Thread(Loop) { IsBackground = true, Name = "ML.Extensions team" }.Start();
        }

        public void Begin(Action<int> work)
        {
            _work = work;
            Interlocked.MemoryBarrier();
            if (!_asleep)
                return;
            lock (_bed)
                Monitor.Pulse(_bed);
        }

        /// <summary>Waits until the work is done. What has not begun is taken back and done here: the core may serve others.</summary>
        public Exception? End(Action<int> work)
        {
            if (ReferenceEquals(Interlocked.CompareExchange(ref _work, null, work), work))
                return Try(work, _worker);
            var wait = default(SpinWait);
            while (_work is not null)
                wait.SpinOnce(sleep1Threshold: -1);
            return Interlocked.Exchange(ref _failure, null);
        }

        private void Loop()
        {
            while (true)
            {
                for (var spins = 0; _work is null && spins < SpinsBeforeSleep; spins++)
                    Thread.SpinWait(8);
                if (_work is Action<int> work)
                    Work(work);
                else
                    Sleep();
            }
        }

        private void Sleep()
        {
            lock (_bed)
            {
                _asleep = true;
                Interlocked.MemoryBarrier();
                while (_work is null)
                    Monitor.Wait(_bed);
                _asleep = false;
            }
        }

        private void Work(Action<int> work)
        {
            if (!ReferenceEquals(Interlocked.CompareExchange(ref _work, Running, work), work))
                return; // taken back
            _failure = Try(work, _worker);
            _work = null;
        }
    }
}
