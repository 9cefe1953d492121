using System.Text.Json.Nodes;
using EvoNas.Cli.CommandLine;
using EvoNas.Cli.Views;
using EvoNas.Lineages;
using EvoNas.Reports;
using EvoNas.Searches.Folders;

namespace EvoNas.Cli.Running;

/// <summary>Shows a running search at a terminal, in a pipe, or as JSON lines.</summary>
abstract class Reporter
{
    Reporter() { }

    /// <summary>The right one for a terminal, a pipe, or a program.</summary>
    public static Reporter For(Terminal terminal, bool json, string name, string about) =>
        json ? new JsonLines(terminal)
        : terminal.IsInteractive ? new Moving(terminal, name, about)
        : new Plain(terminal);

    /// <summary>Whether it redraws the terminal: then nothing else may write there.</summary>
    public virtual bool OwnsTerminal => false;

    /// <summary>An event was recorded.</summary>
    /// <param name="number">Its number in the journal, from 1.</param>
    /// <param name="time">When it was recorded, UTC.</param>
    /// <param name="happened">The event.</param>
    /// <param name="end">The birth that it ended; null for other events.</param>
    /// <param name="view">The search as of this event.</param>
    public abstract void Happened(long number, DateTime time, LineageEvent happened, End? end, SearchViewModel view);

    /// <summary>So many events were not shown, because they came faster than they could be written.</summary>
    public abstract void Missed(long count);

    /// <summary>Something that a person at the terminal should read.</summary>
    public abstract void Note(string text);

    /// <summary>Something that the log says too: told where the log does not reach the reader.</summary>
    public virtual void Warn(string text) { }

    /// <summary>Four times a second.</summary>
    public virtual void Tick(SearchViewModel view, RunStatus run, string state) { }

    /// <summary>Runs the loop of the search, with the terminal prepared for it.</summary>
    public virtual Task Around(Func<Task> loop) => loop();

    /// <summary>A line an end, for pipes and logs.</summary>
    sealed class Plain(Terminal terminal) : Reporter
    {
        public override void Happened(long number, DateTime time, LineageEvent happened, End? end, SearchViewModel view)
        {
            if (end is null)
                return;
            var of = view.Settings?.Budget.Evaluations is { } evaluations ? $"/{evaluations}" : "";
            var change = BirthWords.Of(end.Born, "->");
            var training = $"{Figures.Time(end.Run.Seconds)} on {end.Run.Slot}";
            var ended = view.Settings?.Rungs is null ? $"{view.Ended}" : Figures.Trainings(view.Evaluations);
            Write($"{ended}{of}  {end.Birth}  {OutcomeOf(end)}  {change}  {training}");
        }

        static string OutcomeOf(End end)
        {
            if (end.Fitness is not { } fitness)
                return $"ruled out: {$"{end.Reason}".ToLowerInvariant()}{(end.Detail == "" ? "" : $" ({end.Detail})")}";
            var gain = end.Gain is { } gained ? $" ({Figures.Gain(gained)})" : "";
            return Figures.Fitness(fitness)
                + gain
                + (end.StoppedEarly ? ", stopped early" : "")
                + (end.IsBest ? ", best" : "");
        }

        public override void Missed(long count) => Write($"… and {Figures.Counted(count, "more event")}");

        public override void Note(string text) => Write(text);

        // The search continues when the reader of its lines has gone: it is durable, they are not.
        void Write(string line)
        {
            try
            {
                terminal.Out.Write(line + "\n");
                terminal.Out.Flush();
            }
            catch (IOException) { }
        }
    }

    /// <summary>Events as JSON lines.</summary>
    sealed class JsonLines(Terminal terminal) : Reporter
    {
        public override void Happened(
            long number,
            DateTime time,
            LineageEvent happened,
            End? end,
            SearchViewModel view
        ) => Write(CandidateJson.Of(number, time, happened));

        public override void Missed(long count) => Write(new JsonObject { ["event"] = "missed", ["count"] = count });

        public override void Note(string text) => Write(new JsonObject { ["event"] = "note", ["text"] = text });

        public override void Warn(string text) => Note(text);

        void Write(JsonObject line)
        {
            try
            {
                terminal.WriteJsonLine(line);
                terminal.Out.Flush();
            }
            catch (IOException) { }
        }
    }

    /// <summary>A view that is redrawn in its place.</summary>
    sealed class Moving(Terminal terminal, string name, string about) : Reporter
    {
        LiveView? _display;
        string _notice = "Ctrl-C waits for the running trainings and pauses";

        public override bool OwnsTerminal => true;

        public override void Happened(
            long number,
            DateTime time,
            LineageEvent happened,
            End? end,
            SearchViewModel view
        ) { }

        public override void Missed(long count) { }

        public override void Note(string text) => _notice = text;

        public override void Tick(SearchViewModel view, RunStatus run, string state)
        {
            var notice =
                view.Finished is not null ? SearchEnd.InWords(view.Finished, view.Spent) ?? _notice
                : run.PausedFor is { } reason and not "draining" ? $"waiting: {reason}. {_notice}"
                : run.DrawnInVain is { } vain ? $"{vain}. {_notice}"
                : _notice;
            _display?.Draw((width, height) => SearchFrame.Draw(name, about, state, view, run, notice, width, height));
        }

        public override async Task Around(Func<Task> loop)
        {
            using (_display = new(terminal))
                await loop();
        }
    }
}
