namespace EvoNas.Searches;

/// <summary>The run failed, and says why.</summary>
sealed class FailedException(string message, string? hint = null, Exception? inner = null) : Exception(message, inner)
{
    public string? Hint { get; } = hint;
}
