namespace EvoNas.Actors;

/// <summary>A journal could not be opened, read or written.</summary>
/// <param name="trouble">What the failure means.</param>
/// <param name="message">What happened, with the file or the server.</param>
/// <param name="hint">What to do; null where the message says it already.</param>
/// <param name="inner">What the database reported.</param>
public sealed class JournalException(
    JournalTrouble trouble,
    string message,
    string? hint = null,
    Exception? inner = null
) : Exception(message, inner)
{
    /// <summary>What the failure means.</summary>
    public JournalTrouble Trouble { get; } = trouble;

    /// <summary>What to do; null where the message says it already.</summary>
    public string? Hint { get; } = hint;
}
