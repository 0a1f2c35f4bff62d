using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using TorchSharp;

namespace ML.Extensions.Devices;

/// <summary>
/// Threads that run networks on the CPU. libtorch keeps a pool of helpers for each thread that calls it, so all calls
/// come from here: one wide worker whose operators use every core, for single pieces of work, and narrow workers of one
/// core each, for several pieces at once, which spares the waiting between operators.
/// </summary>
internal static class TorchThreads
{
    private static readonly Lazy<Pool> Started = new(() => new Pool());

    /// <summary>Cores in use: torch.get_num_threads() when the first network ran.</summary>
    public static int Count => Started.Value.Count;

    /// <summary>Runs an action in inference mode with all cores, and waits.</summary>
    public static void RunWide(Action action) => Pool.Run(Started.Value.Wide, [action]);

    /// <summary>Runs actions in inference mode on one core each, and waits for all. Each disposes what it makes.</summary>
    public static void RunNarrow(IReadOnlyList<Action> actions) => Pool.Run(Started.Value.Narrow, actions);

    private sealed class Pool
    {
        public Pool()
        {
            FreedMemory.Keep();
            Count = torch.get_num_threads();
            using var ready = new CountdownEvent(Count + 1);
            Start(Wide, Count, ready);
            for (var i = 0; i < Count; i++)
                Start(Narrow, 1, ready);
            ready.Wait();
            torch.set_num_threads(Count); // what threads of others begin with
        }

        public int Count { get; }

        public BlockingCollection<Action> Wide { get; } = [];

        public BlockingCollection<Action> Narrow { get; } = [];

        public static void Run(BlockingCollection<Action> queue, IReadOnlyList<Action> actions)
        {
            using var left = new CountdownEvent(actions.Count);
            ExceptionDispatchInfo? failure = null;
            foreach (var action in actions)
            {
                queue.Add(() =>
                {
                    try
                    {
                        action();
                    }
                    catch (Exception e)
                    {
                        failure = ExceptionDispatchInfo.Capture(e);
                    }
                    finally
                    {
                        left.Signal();
                    }
                });
            }

            left.Wait();
            failure?.Throw();
        }

        private static void Start(BlockingCollection<Action> queue, int threads, CountdownEvent ready) => new Thread(() =>
        {
            _ = torch.get_num_threads(); // the first call on a thread takes the process's number; only then does ours stay
            torch.set_num_threads(threads);
            using var inference = torch.inference_mode();
            ready.Signal();
            foreach (var action in queue.GetConsumingEnumerable())
                action();
        })
        { IsBackground = true, Name = threads == 1 ? "ML.Extensions narrow" : "ML.Extensions wide" }.Start();
    }
}
