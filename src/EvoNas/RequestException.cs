namespace EvoNas;

/// <summary>The caller asked for something that cannot be had: names the value, the bound and the way out.</summary>
/// <remarks>At the terminal this is one red line (<see cref="Exception.Message"/>), one hint, and exit code
/// 2.</remarks>
/// <param name="message">What is wrong, with the value and the bound.</param>
/// <param name="hint">What to do instead; null where the message says it already.</param>
public sealed class RequestException(string message, string? hint = null) : ArgumentException(message)
{
    /// <summary>The way out, one sentence; null where <see cref="Exception.Message"/> says it already.</summary>
    public string? Hint { get; } = hint;
}
