namespace EvoNas.Actors;

/// <summary>What a journal's failure means for its writer.</summary>
public enum JournalTrouble
{
    /// <summary>It may pass: the disk is full, the database is locked or does not answer. The fate of a write is
    /// unknown.</summary>
    Unavailable,

    /// <summary>Another process writes the same search.</summary>
    OtherWriter,

    /// <summary>The journal is damaged, foreign, or cannot be read. Waiting does not help.</summary>
    Broken,
}
