namespace EvoNas.Actors;

/// <summary>What a journal's failure means for the one who runs the search.</summary>
public enum JournalTrouble
{
    /// <summary>It may pass: the disk is full, the database is locked or does not answer. Whether the last append is
    /// in the journal is unknown.</summary>
    Unavailable,

    /// <summary>Another process writes the same search.</summary>
    OtherWriter,

    /// <summary>The journal holds a search of this name that was begun with other settings.</summary>
    OtherSettings,

    /// <summary>The journal is damaged, foreign, or not readable. Waiting does not help.</summary>
    Broken,
}
