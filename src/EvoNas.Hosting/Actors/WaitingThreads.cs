using Akka.Configuration;
using Akka.Dispatch;

namespace EvoNas.Hosting.Actors;

/// <summary>The executor of a dispatcher with threads of its own, which sleep as soon as there is nothing to
/// do.</summary>
/// <remarks>Those of Akka.NET's fork-join executor spin before they sleep: on two cores that took a tenth of the
/// processor time of a search by look-up from everything else.</remarks>
/// <param name="config">The section of the dispatcher; <c>dedicated-thread-pool.thread-count</c> says how many
/// threads.</param>
/// <param name="prerequisites">Akka.NET's.</param>
sealed class WaitingThreads(Config config, IDispatcherPrerequisites prerequisites)
    : ExecutorServiceConfigurator(config, prerequisites)
{
    /// <inheritdoc/>
    public override ExecutorService Produce(string id) =>
        new Executor(id, Config.GetInt("dedicated-thread-pool.thread-count", 1));

    sealed class Executor : ExecutorService
    {
        readonly Queue<IRunnable> _work = [];
        bool _isShutDown;

        public Executor(string id, int threads)
            : base(id)
        {
            for (var i = 1; i <= threads; i++)
                new Thread(Work) { IsBackground = true, Name = $"{id}_{i}" }.Start();
        }

        public override void Execute(IRunnable run)
        {
            lock (_work)
            {
                if (_isShutDown)
                    throw new RejectedExecutionException($"The threads of {Id} have ended.");
                _work.Enqueue(run);
                Monitor.Pulse(_work);
            }
        }

        // What is queued is done first.
        public override void Shutdown()
        {
            lock (_work)
            {
                _isShutDown = true;
                Monitor.PulseAll(_work);
            }
        }

        void Work()
        {
            while (Next() is { } run)
                run.Run();
        }

        IRunnable? Next()
        {
            lock (_work)
            {
                IRunnable? run;
                while (!_work.TryDequeue(out run) && !_isShutDown)
                    Monitor.Wait(_work);
                return run;
            }
        }
    }
}
